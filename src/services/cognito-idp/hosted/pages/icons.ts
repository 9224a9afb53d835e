import { html, type SafeHtml } from "@remix-run/html-template"

// Drawn for these pages, but for the marks of other providers, which are theirs.

const stroked = (path: SafeHtml) =>
  html`<svg viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${path}</svg>`

export const ERROR_ICON = stroked(html`<circle cx="10" cy="10" r="8"/><path d="M10 6v4.5M10 13.6v.1"/>`)
export const DONE_ICON = stroked(html`<circle cx="10" cy="10" r="8"/><path d="m6.5 10.2 2.4 2.4 4.6-5"/>`)
export const EYE_ICON = stroked(
  html`<path d="M1.8 10S4.6 4.6 10 4.6 18.2 10 18.2 10 15.4 15.4 10 15.4 1.8 10 1.8 10z"/><circle cx="10" cy="10" r="2.4"/><path class="crossed" d="m3.5 3.5 13 13"/>`,
)
export const KEY_ICON = stroked(html`<circle cx="6.5" cy="13.5" r="4"/><path d="m9.5 10.5 7-7M13.5 6.5l2.5 2.5"/>`)
const BUILDING_ICON = stroked(
  html`<path d="M3.5 17.5v-14h8v14M11.5 8h5v9.5M2 17.5h16M6 7h3M6 10.2h3M6 13.4h3M14 11v.1M14 14v.1"/>`,
)
const AMAZON_ICON = stroked(
  html`<path d="M2.5 12.8c4.6 3.6 10.2 3.6 14.4.4M17 15.5l.3-2.6-2.6.1"/><path d="M8 9.5c-1.7 0-2.7-.8-2.7-2 0-2 2.6-2.3 5.2-2.3M6 4.2c.7-1 1.7-1.5 2.6-1.5 1.6 0 2.1 1 2.1 2.5v4.3M8 9.5c1.5 0 2.7-1.3 2.7-3"/>`,
)

const GOOGLE_ICON = html`<svg viewBox="0 0 48 48" aria-hidden="true"><path fill="#ea4335" d="M24 9.5c3.54 0 6.71 1.22 9.21 3.6l6.85-6.85C35.9 2.38 30.47 0 24 0 14.62 0 6.51 5.38 2.56 13.22l7.98 6.19C12.43 13.72 17.74 9.5 24 9.5z"/><path fill="#4285f4" d="M46.98 24.55c0-1.57-.15-3.09-.38-4.55H24v9.02h12.94c-.58 2.96-2.26 5.48-4.78 7.18l7.73 6c4.51-4.18 7.09-10.36 7.09-17.65z"/><path fill="#fbbc05" d="M10.53 28.59c-.48-1.45-.76-2.99-.76-4.59s.27-3.14.76-4.59l-7.98-6.19C.92 16.46 0 20.12 0 24s.92 7.54 2.56 10.78l7.97-6.19z"/><path fill="#34a853" d="M24 48c6.48 0 11.93-2.13 15.89-5.81l-7.73-6c-2.15 1.45-4.92 2.3-8.16 2.3-6.26 0-11.57-4.22-13.47-9.91l-7.98 6.19C6.51 42.62 14.62 48 24 48z"/></svg>`
const FACEBOOK_ICON = html`<svg viewBox="0 0 24 24" fill="#0866ff" aria-hidden="true"><path d="M24 12.07C24 5.41 18.63 0 12 0S0 5.4 0 12.07C0 18.1 4.39 23.1 10.13 24v-8.44H7.08v-3.49h3.05V9.41c0-3.02 1.79-4.7 4.53-4.7 1.31 0 2.68.24 2.68.24v2.97h-1.51c-1.49 0-1.96.93-1.96 1.89v2.26h3.33l-.53 3.49h-2.8V24C19.61 23.1 24 18.1 24 12.07z"/></svg>`
const APPLE_ICON = html`<svg viewBox="0 0 24 24" fill="currentColor" aria-hidden="true"><path d="M12.15 6.9c-.95 0-2.41-1.08-3.96-1.04-2.04.03-3.91 1.18-4.96 3.01-2.12 3.68-.55 9.1 1.52 12.09 1.01 1.45 2.21 3.09 3.79 3.04 1.52-.07 2.09-.99 3.94-.99 1.83 0 2.35.99 3.96.95 1.64-.03 2.68-1.48 3.68-2.95 1.16-1.69 1.64-3.33 1.66-3.42-.04-.01-3.18-1.22-3.22-4.86-.03-3.04 2.48-4.49 2.6-4.56-1.43-2.09-3.62-2.32-4.39-2.38-2-.16-3.68 1.09-4.61 1.09zM15.53 3.83c.84-1.01 1.4-2.43 1.25-3.83-1.21.05-2.66.81-3.53 1.82-.78.9-1.45 2.34-1.27 3.71 1.34.1 2.72-.69 3.56-1.7"/></svg>`

const OF_PROVIDERS: Readonly<Record<string, SafeHtml>> = {
  Google: GOOGLE_ICON,
  Facebook: FACEBOOK_ICON,
  LoginWithAmazon: AMAZON_ICON,
  SignInWithApple: APPLE_ICON,
}

export const providerIcon = (type: string): SafeHtml => OF_PROVIDERS[type] ?? BUILDING_ICON
