import { timingSafeEqual } from "node:crypto"
import { type MasterKey, openText, seal } from "../../../base/master-key.ts"
import { DIGITS, LOWER, randomText } from "../../../base/random.ts"
import type { AppClient, ClientSecret } from "./record.ts"

const PURPOSE = "cognito-idp.client-secret"
const LENGTH = 51

export const newSecretText = (): string => randomText(LOWER + DIGITS, LENGTH)

export const createSecret = (masterKey: MasterKey, clientId: string, secret: string, now: number): ClientSecret => ({
  id: `${clientId}--${now}`,
  createdAt: now,
  sealed: seal(masterKey, PURPOSE, secret).toString("base64"),
})

const openSecret = (masterKey: MasterKey, { sealed }: ClientSecret): string =>
  openText(masterKey, PURPOSE, Buffer.from(sealed, "base64"))

/** All that the client may be proved by; none where it is public. */
export const openSecrets = (masterKey: MasterKey, { secrets }: AppClient): string[] =>
  secrets.map((secret) => openSecret(masterKey, secret))

/** The one that a client is described with, and that the server proves itself by on its own pages. */
export const findSecret = (masterKey: MasterKey, { secrets: [first] }: AppClient): string | undefined =>
  first && openSecret(masterKey, first)

/** Whether one of them is given; looks at all, and as long for each. */
export const isOneOf = (secrets: readonly string[], given: string): boolean =>
  secrets.map((secret) => isSame(secret, given)).includes(true)

export function isSame(left: string, right: string): boolean {
  const a = Buffer.from(left)
  const b = Buffer.from(right)
  return a.length === b.length && timingSafeEqual(a, b)
}
