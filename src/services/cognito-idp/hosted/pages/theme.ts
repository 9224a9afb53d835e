import type { Settings } from "../../branding/settings.ts"

type Mode = "lightMode" | "darkMode"

/** Pictures of a mode by what they are for: URLs relative to the sheet. */
export type Pictures = Partial<Record<"page" | "form" | "header" | "footer", string>>

export interface Theme {
  settings: Settings
  pictures: Record<Mode, Pictures>
}

/** The variables of pages.css, as a style has them. Colours have been checked when the style was kept. */
export function formatTheme({ settings, pictures }: Theme): string {
  const { componentClasses: classes, components } = settings
  const shape = [
    `--button-radius:${classes.buttons.borderRadius}px`,
    `--input-radius:${classes.input.borderRadius}px`,
    `--form-radius:${components.form.borderRadius}px`,
    `--alert-radius:${components.alert.borderRadius}px`,
    `--gap:${settings.categories.global.spacingDensity === "COMPACT" ? ".75rem" : "1.125rem"}`,
  ]
  const light = variables(settings, "lightMode", pictures.lightMode)
  const dark = variables(settings, "darkMode", pictures.darkMode)
  switch (settings.categories.global.colorSchemeMode) {
    case "DARK":
      return `:root{${[...shape, "color-scheme:dark", ...dark].join(";")}}`
    case "DYNAMIC":
      return (
        `:root{${[...shape, "color-scheme:light dark", ...light].join(";")}}` +
        `@media(prefers-color-scheme:dark){:root{${dark.join(";")}}}`
      )
    default:
      return `:root{${[...shape, "color-scheme:light", ...light].join(";")}}`
  }
}

function variables({ componentClasses: classes, components }: Settings, mode: Mode, pictures: Pictures): string[] {
  const { primaryButton, secondaryButton, idpButton, pageText, pageHeader, pageFooter, form } = components
  const status = classes.statusIndicator[mode]
  const colours: Record<string, string> = {
    page: components.pageBackground[mode].color,
    form: form[mode].backgroundColor,
    "form-line": form[mode].borderColor,
    header: pageHeader[mode].background.color,
    "header-line": pageHeader[mode].borderColor,
    footer: pageFooter[mode].background.color,
    "footer-line": pageFooter[mode].borderColor,
    heading: pageText[mode].headingColor,
    text: pageText[mode].bodyColor,
    description: pageText[mode].descriptionColor,
    label: classes.inputLabel[mode].textColor,
    hint: classes.inputDescription[mode].textColor,
    input: classes.input[mode].defaults.backgroundColor,
    "input-line": classes.input[mode].defaults.borderColor,
    placeholder: classes.input[mode].placeholderColor,
    focus: classes.focusState[mode].borderColor,
    link: classes.link[mode].defaults.textColor,
    "link-hover": classes.link[mode].hover.textColor,
    divider: classes.divider[mode].borderColor,
    error: components.alert[mode].error.backgroundColor,
    "error-line": components.alert[mode].error.borderColor,
    success: status.success.backgroundColor,
    "success-line": status.success.borderColor,
    ...button("primary", primaryButton[mode]),
    ...button("secondary", secondaryButton[mode]),
    ...button("idp", idpButton.standard[mode]),
  }
  const images = Object.entries(pictures).map(([name, url]) => `--${name}-image:url("${url}")`)
  return [...Object.entries(colours).map(([name, colour]) => `--${name}:#${short(colour)}`), ...images]
}

interface Paint {
  backgroundColor: string
  textColor: string
  borderColor?: string
}

function button(name: string, { defaults, hover, active }: Record<"defaults" | "hover" | "active", Paint>) {
  const colours: Record<string, string> = {}
  for (const [state, { backgroundColor, textColor, borderColor }] of Object.entries({ "": defaults, hover, active })) {
    const prefix = state === "" ? name : `${name}-${state}`
    colours[prefix] = backgroundColor
    colours[`${prefix}-text`] = textColor
    if (borderColor !== undefined) colours[`${prefix}-line`] = borderColor
  }
  return colours
}

/** Without the digits that say that the colour hides what is behind it. */
const short = (colour: string): string => colour.toLowerCase().replace(/ff$/, "")
