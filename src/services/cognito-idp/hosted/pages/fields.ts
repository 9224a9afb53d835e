import { html, type SafeHtml } from "@remix-run/html-template"
import { passwordPolicyOf } from "../../user-pools/settings.ts"
import { EYE_ICON } from "./icons.ts"
import { linkTo, type Page } from "./page.ts"

/** An attribute, with the blank before it; nothing where there is no value. */
const attribute = (name: string, value: string | undefined): SafeHtml | "" =>
  value === undefined ? "" : html` ${name}="${value}"`
const flag = (name: string, isOn: boolean | undefined): string => (isOn ? ` ${name}` : "")

export interface Field {
  id: string
  name: string
  label: string
  type?: "text" | "email" | "tel" | "date" | "url"
  value?: string | undefined
  autocomplete?: string
  inputMode?: string
  hint?: string | undefined
  /** Said behind the label of what may stay empty. */
  optional?: string | undefined
  hasFocus?: boolean
  isWrong?: boolean
  isCode?: boolean
  maxLength?: number
}

export function textField(field: Field): SafeHtml {
  const { id, name, label, type = "text", hint, optional, isWrong } = field
  const described = [hint !== undefined ? `${id}-hint` : "", isWrong ? "problem" : ""].filter((one) => one !== "")
  return html`<div><label for="${id}" class="label-customizable">${label}${optional === undefined ? "" : html` <small>(${optional})</small>`}</label>
<input class="input inputField-customizable${field.isCode ? " code" : ""}" id="${id}" name="${name}" type="${type}"${attribute("value", field.value)}${attribute("autocomplete", field.autocomplete)}${attribute("inputmode", field.inputMode)}${attribute("maxlength", field.maxLength?.toString())} autocapitalize="none" spellcheck="false"${flag("required", optional === undefined)}${flag("autofocus", field.hasFocus)}${attribute("aria-invalid", isWrong ? "true" : undefined)}${attribute("aria-describedby", described.length > 0 ? described.join(" ") : undefined)}>
${hint === undefined ? "" : html`<p class="hint" id="${id}-hint">${hint}</p>`}</div>`
}

export const codeField = (page: Page, name: string, more: Partial<Field> = {}): SafeHtml =>
  textField({
    id: "code",
    name,
    label: page.texts.code.label,
    autocomplete: "one-time-code",
    inputMode: "numeric",
    hasFocus: true,
    isCode: true,
    maxLength: 2048,
    ...more,
  })

export interface PasswordField {
  id: string
  name: string
  label: string
  isNew?: boolean
  hasFocus?: boolean | undefined
  isWrong?: boolean | undefined
  /** What describes it: the rules. */
  describedBy?: string
  /** Beside the label, and behind the field for the keyboard: a way out for who has forgotten it. */
  aside?: SafeHtml | ""
}

export function passwordField({ texts }: Page, field: PasswordField): SafeHtml {
  const { id, name, label, isNew, isWrong, aside = "" } = field
  const described = [field.describedBy ?? "", isWrong ? "problem" : ""].filter((one) => one !== "")
  return html`<div class="pair"><label for="${id}" class="label label-customizable">${label}</label>
<div class="secret"><input class="input inputField-customizable" id="${id}" name="${name}" type="password" autocomplete="${isNew ? "new-password" : "current-password"}" required maxlength="256"${flag("autofocus", field.hasFocus)}${attribute("aria-invalid", isWrong ? "true" : undefined)}${attribute("aria-describedby", described.length > 0 ? described.join(" ") : undefined)}>
<button class="peek" type="button" hidden aria-pressed="false" aria-label="${texts.password.show}">${EYE_ICON}</button></div>${aside}</div>`
}

/** A new password, twice, and what the pool asks of it. */
export function newPasswordFields(page: Page, { label, name, isWrong, hasFocus }: NewPassword): SafeHtml {
  const { texts, hosted } = page
  const policy = passwordPolicyOf(hosted.pool)
  const rule = (check: string, text: string, least?: number) =>
    html`<li data-check="${check}"${attribute("data-least", least?.toString())}>${text}</li>`
  const { password } = texts
  const rules = [
    policy.MinimumLength ? rule("length", password.length(policy.MinimumLength), policy.MinimumLength) : "",
    policy.RequireLowercase ? rule("lower", password.lower) : "",
    policy.RequireUppercase ? rule("upper", password.upper) : "",
    policy.RequireNumbers ? rule("digit", password.digit) : "",
    policy.RequireSymbols ? rule("symbol", password.symbol) : "",
  ].filter((one) => one !== "")
  const hasRules = rules.length > 0
  return html`${passwordField(page, { id: "new-password", name, label, isNew: true, isWrong, hasFocus, ...(hasRules && { describedBy: "rules" }) })}
${hasRules ? html`<div id="rules"><p class="hint">${password.mustHave}</p><ul class="rules" data-of="new-password">${rules}</ul></div>` : ""}
${passwordField(page, { id: "new-password-again", name: AGAIN, label: password.again, isNew: true, isWrong })}`
}

interface NewPassword {
  label: string
  name: string
  isWrong: boolean
  hasFocus?: boolean
}

/** The second of the two. */
export const AGAIN = "password_again"

export const hidden = (name: string, value: string): SafeHtml =>
  html`<input type="hidden" name="${name}" value="${value}">`

export interface FormOptions {
  path: string
  className?: string
  /** What lies between two forms, sealed. */
  flow?: string | undefined
  /** What the script of passkeys asks the browser for. */
  passkey?: { kind: "get" | "create"; options: string }
}

/** A form that posts to a page of the domain, with the query of the sign-in. */
export const postForm = (
  page: Page,
  { path, className = "stack", flow, passkey }: FormOptions,
  body: SafeHtml,
): SafeHtml =>
  html`<form method="post" action="${linkTo(page, path)}" class="${className}"${attribute("data-passkey", passkey?.kind)}${attribute("data-options", passkey?.options)}>
${hidden("_csrf", page.csrf)}${flow === undefined ? "" : hidden("flow", flow)}
${body}</form>`

export const submitButton = (label: string, id?: string): SafeHtml =>
  html`<button class="button primary submitButton-customizable" type="submit"${attribute("id", id)}>${label}</button>`

export const choiceButton = (name: string, value: string, label: string): SafeHtml =>
  html`<button class="button secondary" type="submit" name="${name}" value="${value}">${label}</button>`
