import { html } from "@remix-run/html-template"
import type { HttpResponse } from "../../../../wire/http.ts"
import { isWritable } from "../../app-clients/permissions.ts"
import { attributeFields } from "./attribute-fields.ts"
import { newPasswordFields, postForm, submitButton, textField } from "./fields.ts"
import { nameInput } from "./names.ts"
import { linkTo, type SignInPage } from "./page.ts"
import type { Problem } from "./problems.ts"
import { renderPage } from "./render.ts"
import { termsSentence } from "./terms.ts"

/**
 * What the form asks for beside the name that people sign in by: what the pool requires, and where it sends its code, else
 * nobody could be confirmed. UNVERIFIED: that AWS asks for the latter.
 */
export function askedAttributes({ hosted, client }: SignInPage): string[] {
  const { schema, usernameAttributes = [], settings } = hosted.pool
  const required = schema.filter(({ Required, Name }) => Required && Name !== "sub").map(({ Name }) => Name!)
  const verified: string[] = settings.AutoVerifiedAttributes ?? []
  const named: string[] = usernameAttributes.length === 1 ? usernameAttributes : []
  const isReached = verified.some((name) => required.includes(name) || (usernameAttributes as string[]).includes(name))
  const contacts = isReached ? [] : verified.slice(0, 1)
  return [...new Set([...required, ...contacts])].filter((name) => !named.includes(name) && isWritable(client, name))
}

/** The name that a new user is given: with aliases it is none of them. */
function newNameLabel({ hosted, texts }: SignInPage): string {
  const { usernameAttributes } = hosted.pool
  if (!usernameAttributes) return texts.names.username
  if (usernameAttributes.length > 1) return texts.names.emailOrPhone
  return usernameAttributes[0] === "email" ? texts.names.email : texts.names.phone
}

export async function signUpPage(
  page: SignInPage,
  { form, problem }: { form?: URLSearchParams; problem?: Problem } = {},
): Promise<HttpResponse> {
  const { texts, hosted } = page
  const isClosed = problem?.sentence === "noSignUp"
  const isOfPassword = problem?.sentence?.startsWith("password") ?? false
  const isPhone = hosted.pool.usernameAttributes?.[0] === "phone_number"
  const fields = html`${textField({
    id: "signUpFormUsername",
    name: "username",
    label: newNameLabel(page),
    ...nameInput(hosted.pool),
    autocomplete: "username",
    value: form?.get("username") ?? undefined,
    hint: isPhone ? texts.phoneHint : undefined,
    hasFocus: !isOfPassword,
    isWrong: problem !== undefined && !isOfPassword,
  })}
${attributeFields(page, askedAttributes(page), form)}
${newPasswordFields(page, { label: texts.password.label, name: "password", isWrong: isOfPassword, hasFocus: isOfPassword })}
${await termsSentence(page)}${submitButton(texts.signUp.button, "signUpButton")}`
  return renderPage(
    page,
    {
      title: texts.signUp.title,
      error: problem?.text,
      body: html`${isClosed ? "" : postForm(page, { path: "/signup" }, fields)}
<p class="foot redirect-customizable">${texts.signUp.haveAccount} <a href="${linkTo(page, "/login")}">${texts.signUp.signIn}</a></p>`,
      script: "pages",
    },
    { refusal: problem?.refusal },
  )
}
