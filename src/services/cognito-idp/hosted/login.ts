import { WireError } from "../../../wire/errors.ts"
import type { HttpResponse } from "../../../wire/http.ts"
import { startHostedSignIn } from "../sign-in/hosted.ts"
import { parseAuthorizeRequest } from "./authorize/request.ts"
import { assertCsrf, csrfToken } from "./csrf.ts"
import { finishHosted } from "./finish.ts"
import type { Hosted } from "./hosted.ts"
import { plainPage, windowHeaders } from "./responses.ts"

/** The form of a name and a password. */
export async function loginForm(hosted: Hosted): Promise<HttpResponse> {
  await parseAuthorizeRequest(hosted)
  return formPage(hosted, 200, "")
}

/** Signs in with it. */
export async function login(hosted: Hosted): Promise<HttpResponse> {
  assertCsrf(hosted)
  const request = await parseAuthorizeRequest(hosted)
  const { deps, pool, form } = hosted
  const parameters = { USERNAME: form?.get("username") ?? "", PASSWORD: form?.get("password") ?? "" }
  try {
    const step = await startHostedSignIn({ deps, pool, client: request.client }, "USER_PASSWORD_AUTH", parameters)
    if (step.kind === "signedIn") return await finishHosted(hosted, request, step)
    return plainPage(hosted, 501, `This server has no page for ${step.name} yet.`)
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    deps.answer.refusal = error
    return formPage(hosted, 400, error.message)
  }
}

function formPage(hosted: Hosted, status: number, message: string): HttpResponse {
  const { token, cookie } = csrfToken(hosted)
  const action = escapeHtml(hosted.url("/login", hosted.query))
  return {
    status,
    headers: {
      ...windowHeaders(hosted),
      "content-security-policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
      "content-type": "text/html; charset=utf-8",
      "set-cookie": [cookie],
    },
    body: `<!doctype html><html lang="en"><title>Sign in</title><p>${escapeHtml(message)}</p>
<form method="post" action="${action}"><input type="hidden" name="_csrf" value="${token}">
<label>Username <input name="username"></label> <label>Password <input name="password" type="password"></label>
<button>Sign in</button></form></html>`,
  }
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
