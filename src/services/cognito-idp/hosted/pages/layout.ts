import { html, type SafeHtml } from "@remix-run/html-template"
import { VERSION } from "./assets.ts"
import { DONE_ICON, ERROR_ICON } from "./icons.ts"
import type { Picture } from "./look.ts"
import type { Page } from "./page.ts"

/** What a page shows, whatever it looks like. */
export interface View {
  title: string
  lead?: string | undefined
  /** What went wrong, in words of the language. */
  error?: string | undefined
  /** What went well. */
  notice?: string | undefined
  /** The picture of managed login that goes with it. */
  graphic?: "EMAIL_GRAPHIC" | "SMS_GRAPHIC" | "AUTH_APP_GRAPHIC" | "PASSWORD_GRAPHIC" | "PASSKEY_GRAPHIC"
  body: SafeHtml | ""
  script?: "pages" | "passkeys"
}

/** The whole document. Nothing in it is style or script. */
export function formatDocument(page: Page, view: View): string {
  const { hosted, language, look } = page
  const { settings } = look
  const { form, global } = settings.categories
  const asset = (name: string, query: Record<string, string>) =>
    `${hosted.basePath}/assets/${name}?${new URLSearchParams(query)}`
  return `<!doctype html>\n${html`<html lang="${language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<title>${view.title}</title>
<link rel="stylesheet" href="${asset("pages.css", { v: VERSION })}">
<link rel="stylesheet" href="${asset("style.css", { ...look.style, w: VERSION })}">
${favicons(page)}${view.script ? html`<script type="module" src="${asset(`${view.script}.js`, { v: VERSION })}"></script>` : ""}</head>
<body>${global.pageHeader.enabled ? bar(page, "header") : ""}
<main class="h-${form.location.horizontal.toLowerCase()} v-${form.location.vertical.toLowerCase()}">
${card(page, view)}
</main>${global.pageFooter.enabled ? bar(page, "footer") : ""}</body></html>`}`
}

function card(page: Page, view: View): SafeHtml {
  const { hosted, look } = page
  const { logo } = look.settings.components.form
  const picture = logo.enabled ? look.picture("FORM_LOGO") : undefined
  const below = logo.position === "BOTTOM"
  const isInside = logo.formInclusion === "IN"
  const image = picture
    ? html`<div class="logo at-${logo.location.toLowerCase()}${below ? " below" : ""}${isInside ? "" : " outside"}">${themed(page, picture)}</div>`
    : ""
  const form = html`<div class="form modal-content visible-lg background-customizable">
${look.classicLogo ? html`<div class="banner banner-customizable"><img class="logo-customizable" alt="" src="${hosted.basePath}${look.classicLogo}"></div>` : ""}
${isInside && !below ? image : ""}${graphic(page, view)}
<h1>${view.title}</h1>
${view.lead === undefined ? "" : html`<p class="lead textDescription-customizable">${view.lead}</p>`}
${view.notice === undefined ? "" : html`<div class="notice" role="status">${DONE_ICON}<span>${view.notice}</span></div>`}
${view.error === undefined ? "" : html`<div class="alert errorMessage-customizable" role="alert" id="problem">${ERROR_ICON}<span id="loginErrorMessage">${view.error}</span></div>`}
${view.body}
${isInside && below ? image : ""}</div>`
  if (isInside) return form
  return below ? html`${form}${image}` : html`${image}${form}`
}

function graphic(page: Page, { graphic: category }: View): SafeHtml | "" {
  const picture = category && page.look.settings.categories.form.displayGraphics && page.look.picture(category)
  return picture ? themed(page, picture, "graphic") : ""
}

function bar(page: Page, name: "header" | "footer"): SafeHtml {
  const { logo } = page.look.settings.components[name === "header" ? "pageHeader" : "pageFooter"]
  const picture = logo.enabled
    ? page.look.picture(name === "header" ? "PAGE_HEADER_LOGO" : "PAGE_FOOTER_LOGO")
    : undefined
  const content = html`${picture ? themed(page, picture) : ""}`
  const place = `bar at-${logo.location.toLowerCase()}`
  return name === "header"
    ? html`<header class="${place}">${content}</header>`
    : html`<footer class="${place}">${content}</footer>`
}

/** A picture as the page's colours want it. */
export function themed({ hosted, look }: Page, { light, dark }: Picture, className?: string): SafeHtml {
  const mode = look.settings.categories.global.colorSchemeMode
  const image = (path: string) =>
    html`<img alt="" src="${hosted.basePath}${path}"${className === undefined ? "" : html` class="${className}"`}>`
  if (mode === "DARK") return image(dark)
  if (mode !== "DYNAMIC" || light === dark) return image(light)
  return html`<picture><source media="(prefers-color-scheme:dark)" srcset="${hosted.basePath}${dark}">${image(light)}</picture>`
}

function favicons({ hosted, look }: Page): SafeHtml | "" {
  const types = look.settings.components.favicon.enabledTypes
  const links = (["SVG", "ICO"] as const).flatMap((type) => {
    const picture = types.includes(type) ? look.picture(`FAVICON_${type}`) : undefined
    return picture ? [html`<link rel="icon" href="${hosted.basePath}${picture.light}">\n`] : []
  })
  // Browsers ask for a file of their own where none is named.
  return links.length > 0 ? html`${links}` : html`<link rel="icon" href="data:,">\n`
}
