import { html, type SafeHtml } from "@remix-run/html-template"
import { listProviders, type ProviderSummary } from "../../identity-providers/record.ts"
import { hidden, textField } from "./fields.ts"
import { providerIcon } from "./icons.ts"
import { themed } from "./layout.ts"
import { linkTo, type SignInPage } from "./page.ts"

/** The ways in that a client has. */
export interface WaysIn {
  /** By the pool itself. */
  isLocal: boolean
  /** A button each. */
  buttons: ProviderSummary[]
  /** Whether companies are found by what people write: all providers of SAML have identifiers. */
  hasOrganizations: boolean
}

/** Source: Developer Guide, "SAML identity provider names and identifiers". One provider of SAML alone has a button. */
export async function findWaysIn({ hosted, client, request, look }: SignInPage): Promise<WaysIn> {
  const { deps, pool } = hosted
  const supported = client.settings.SupportedIdentityProviders ?? []
  const isLocal = supported.includes("COGNITO")
  // Whoever asked for the pool's own users gets no others to choose from.
  if (isLocal && request.identityProvider === "COGNITO") return { isLocal, buttons: [], hasOrganizations: false }
  const providers = supported.some((name) => name !== "COGNITO")
    ? await listProviders(deps.store, pool.id, supported)
    : []
  const saml = providers.filter(({ type }) => type === "SAML")
  const hasOrganizations = saml.length > 1 && saml.every(({ identifiers }) => identifiers.length > 0)
  const order = look.settings.categories.auth.federation.order as unknown[]
  const place = ({ name }: ProviderSummary) =>
    (order.indexOf(name) + 1 || order.length + 1) * 1000 + supported.indexOf(name)
  const buttons = providers
    .filter(({ type }) => !hasOrganizations || type !== "SAML")
    .sort((a, b) => place(a) - place(b))
  return { isLocal, buttons, hasOrganizations }
}

const SHOWN_NAMES: Readonly<Record<string, string>> = { LoginWithAmazon: "Amazon", SignInWithApple: "Apple" }

export function providerButtons(page: SignInPage, { buttons }: WaysIn): SafeHtml | "" {
  if (buttons.length === 0) return ""
  const { texts, look } = page
  const hasIcons = look.settings.componentClasses.idpButtons.icons.enabled
  const icon = ({ name, type }: ProviderSummary) => {
    if (!hasIcons) return ""
    const own = look.picture("IDP_BUTTON_ICON", name)
    return own ? themed(page, own) : providerIcon(type)
  }
  const links = buttons.map((provider) => {
    const { name, type } = provider
    const isSocial = type !== "SAML" && type !== "OIDC"
    return html`<a class="button idp ${isSocial ? `socialButton-customizable ${name}-button` : "idpButton-customizable"}" href="${linkTo(page, "/oauth2/authorize", { identity_provider: name })}">${icon(provider)}<span>${texts.signIn.continueWith(SHOWN_NAMES[name] ?? name)}</span></a>`
  })
  const hasSocial = buttons.some(({ type }) => type === "Facebook")
  return html`<div class="stack tight">${links}${hasSocial ? html`<p class="hint legalText-customizable">${texts.signIn.socialPromise}</p>` : ""}</div>`
}

/** The box that finds the company of an address. */
export const organizationFields = (
  { texts, csrf }: SignInPage,
  { value, isWrong }: { value: string | undefined; isWrong: boolean },
): SafeHtml =>
  html`${hidden("_csrf", csrf)}${textField({
    id: "organization",
    name: "idp_identifier",
    label: texts.signIn.organization,
    autocomplete: "email",
    value,
    isWrong,
    hasFocus: isWrong,
    hint: texts.signIn.organizationHint,
  })}`
