import { invalidParameter } from "../../errors.ts"

/** Source: Developer Guide, "Customizing hosted UI (classic) branding", the class names and the two states. */
const SELECTORS: ReadonlySet<string> = new Set(
  [
    ...[
      "background",
      "banner",
      "errorMessage",
      "idpButton",
      "idpDescription",
      "inputField",
      "label",
      "legalText",
      "logo",
    ],
    ...["passwordCheck-valid", "passwordCheck-notValid", "redirect", "socialButton", "submitButton", "textDescription"],
  ]
    .map((name) => `.${name}-customizable`)
    .concat(".idpButton-customizable:hover", ".inputField-customizable:focus", ".submitButton-customizable:hover"),
)

/**
 * The same page names properties for each class; the sheet that AWS itself gives as the default (DescribeUICustomization of
 * a new pool, recorded 2025) has others as well, such as `border-radius`: all are taken for every class.
 */
const PROPERTIES =
  /^(?:background(?:-color)?|color|display|opacity|outline|width|height|(?:min|max)-(?:width|height)|font-(?:size|weight|family|style)|line-height|letter-spacing|text-(?:align|decoration|transform)|box-(?:sizing|shadow)|(?:padding|margin)(?:-(?:top|right|bottom|left))?|border(?:-(?:top|right|bottom|left))?(?:-(?:color|style|width))?|border-(?:(?:top|bottom)-(?:left|right)-)?radius)$/

/** Numbers, units, names of colours and functions of them; nothing that fetches or ends the rule. */
const VALUE = /^[\w\s#%.,()'"!/+*-]{1,200}$/
const FETCHES = /url\s*\(|expression\s*\(|image|javascript/i

export interface Rule {
  selector: string
  declarations: readonly (readonly [property: string, value: string])[]
}

/** The rules of a sheet for the classic pages. Throws where it has anything else than AWS lets it have. UNVERIFIED texts. */
export function parseClassicCss(css: string): Rule[] {
  const rules: Rule[] = []
  const blocks = css.replace(/\/\*[\s\S]*?\*\//g, " ").split("}")
  const rest = blocks.pop()!.trim()
  if (rest !== "") throw invalidCss(rest)
  for (const block of blocks) {
    const at = block.indexOf("{")
    if (at < 0) throw invalidCss(block.trim())
    const declarations = parseDeclarations(block.slice(at + 1))
    for (const selector of block.slice(0, at).split(",")) rules.push({ selector: getSelector(selector), declarations })
  }
  return rules
}

function getSelector(text: string): string {
  const selector = text.trim()
  if (!SELECTORS.has(selector)) throw invalidCss(selector)
  return selector
}

const parseDeclarations = (text: string): [string, string][] =>
  text
    .split(";")
    .map((one) => one.trim())
    .filter((one) => one !== "")
    .map((one): [string, string] => {
      const at = one.indexOf(":")
      const property = one.slice(0, Math.max(at, 0)).trim().toLowerCase()
      const value = one.slice(at + 1).trim()
      if (!PROPERTIES.test(property) || !VALUE.test(value) || FETCHES.test(value)) throw invalidCss(one)
      return [property, value]
    })

const invalidCss = (part: string) => invalidParameter(`Invalid CSS: ${part.slice(0, 100)}`)

/** The rules as a sheet that comes behind the pages' own. */
export const formatClassicCss = (rules: readonly Rule[]): string =>
  rules
    .map(
      ({ selector, declarations }) =>
        `${selector}{${declarations.map(([property, value]) => `${property}:${value}`).join(";")}}`,
    )
    .join("\n")
