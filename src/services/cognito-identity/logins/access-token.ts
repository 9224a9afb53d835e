import { UnreachableError } from "../../../base/outgoing.ts"
import type { Deps } from "../../../call.ts"
import { invalidLoginToken, providerNotResponding } from "../errors.ts"
import type { VerifiedLogin } from "./login.ts"

/**
 * Asks a provider about a token that only the provider can read, and parses its answer; undefined where it does not know
 * the token. Where the provider takes it there, the token goes in a header, so that no log has it in a URL.
 */
export async function askProvider(
  { outgoing, loginEndpoints }: Deps,
  login: string,
  host: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<Record<string, unknown> | undefined> {
  const answer = await outgoing(`${loginEndpoints.urlOf(host)}${path}`, {
    headers: { accept: "application/json", ...headers },
  }).catch((error: unknown) => {
    if (!(error instanceof UnreachableError)) throw error
    throw providerNotResponding(login, { check: "the provider answers", login, why: error.message })
  })
  if (answer.status >= 500)
    throw providerNotResponding(login, { check: "the provider answers", login, status: answer.status })
  if (answer.status !== 200) return undefined
  try {
    const value: unknown = JSON.parse(answer.text)
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** UNVERIFIED: the text for a token that the provider does not know. */
export const unknownToken = (login: string, because: Record<string, unknown>) =>
  invalidLoginToken("Couldn't verify signed token.", { login, ...because })

/** The claims are those that rules may name (Cognito Developer Guide, "Token claims for rule-based mapping"). */
export const socialLogin = (name: string, aud: string, sub: string): VerifiedLogin => ({
  provider: name,
  subject: sub,
  amr: [name, `${name}:${aud}:${sub}`],
  claims: { iss: name, aud, sub },
  names: [name],
})
