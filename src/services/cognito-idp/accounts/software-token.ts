import { randomBytes } from "node:crypto"
import { AssociateSoftwareTokenCommand, VerifySoftwareTokenCommand } from "@aws-sdk/client-cognito-identity-provider"
import { type MasterKey, open, seal } from "../../../base/master-key.ts"
import { findStep, formatBase32 } from "../../../base/totp.ts"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import { type AppClient, getClientAndPool } from "../app-clients/record.ts"
import { invalidParameter, sessionInvalid, softwareTokenMismatch, softwareTokenNotOffered } from "../errors.ts"
import { poolFactors } from "../sign-in/factors.ts"
import { openSession, parseSession, type Session, sealSession, useNonce } from "../sign-in/session.ts"
import { getSignedInUser } from "../tokens/access-token.ts"
import type { UserPool } from "../user-pools/record.ts"
import { changeUserState, findUserBySub, type User } from "../users/record.ts"

const PURPOSE = "cognito-idp.totp"
const SECRET_BYTES = 32

export const sealTotpSecret = (masterKey: MasterKey, secret: Uint8Array): string =>
  seal(masterKey, PURPOSE, secret).toString("base64")
export const openTotpSecret = (masterKey: MasterKey, sealed: string): Buffer =>
  open(masterKey, PURPOSE, Buffer.from(sealed, "base64"))

/** Who sets up an authenticator: somebody signed in, or somebody whose sign-in waits for it. */
type Applicant = { pool: UserPool; user: User; signingIn?: { client: AppClient; session: Session } }

async function getApplicant(
  { AccessToken, Session: text }: { AccessToken?: string | undefined; Session?: string | undefined },
  context: CallContext,
): Promise<Applicant> {
  if (AccessToken !== undefined) return getSignedInUser(context, AccessToken)
  if (text === undefined) throw invalidParameter("Either AccessToken or Session is required.") // UNVERIFIED text
  const unverified = parseSession(context.masterKey, text)
  if (!unverified) throw sessionInvalid()
  const { client, pool } = await getClientAndPool(context.store, unverified.clientId)
  const session = openSession(context, client, text, "MFA_SETUP")
  const user = await context.store.read((tx) => findUserBySub(tx, pool.id, session.sub))
  if (!user) throw sessionInvalid()
  return { pool, user, signingIn: { client, session } }
}

/** The sign-in goes on from here. */
const nextOf = ({ sub, custom }: Session) => ({ challenge: "MFA_SETUP" as const, sub, custom })

export const AssociateSoftwareToken = operation(AssociateSoftwareTokenCommand, {
  access: "accessToken",
  async handle(input, context) {
    const { pool, user, signingIn } = await getApplicant(input, context)
    if (!poolFactors(pool).includes("SOFTWARE_TOKEN_MFA")) throw softwareTokenNotOffered()
    const secret = randomBytes(SECRET_BYTES)
    const sealed = sealTotpSecret(context.masterKey, secret)
    const now = context.clock.now()
    await context.store.transact(async (tx) => {
      if (signingIn) await useNonce(tx, signingIn.session, now)
      await changeUserState(tx, pool.id, user.sub, (current) => ({
        ...current,
        mfa: { enabled: [], ...current.mfa, sealedPending: sealed },
      }))
    })
    return {
      SecretCode: formatBase32(secret),
      ...(signingIn && {
        Session: sealSession(context, signingIn.client, nextOf(signingIn.session)),
      }),
    }
  },
})

/** The first code proves that the authenticator has the secret. Whose sign-in waited for it uses it from now on. */
export const VerifySoftwareToken = operation(VerifySoftwareTokenCommand, {
  access: "accessToken",
  async handle({ UserCode, FriendlyDeviceName, ...input }, context) {
    const { pool, user, signingIn } = await getApplicant(input, context)
    const sealed = user.mfa?.sealedPending
    if (sealed === undefined) throw softwareTokenMismatch()
    const now = context.clock.now()
    const step = findStep(openTotpSecret(context.masterKey, sealed), UserCode, now)
    if (step === undefined) throw softwareTokenMismatch()
    const deviceName = FriendlyDeviceName === undefined ? {} : { deviceName: FriendlyDeviceName }
    await context.store.transact(async (tx) => {
      if (signingIn) await useNonce(tx, signingIn.session, now)
      await changeUserState(tx, pool.id, user.sub, (current) => {
        const { sealedPending, enabled, ...mfa } = current.mfa ?? { enabled: [] }
        if (sealedPending !== sealed) throw softwareTokenMismatch()
        const factors = signingIn ? [...new Set([...enabled, "SOFTWARE_TOKEN_MFA" as const])] : enabled
        const changed = { ...mfa, enabled: factors, ...deviceName, sealedSecret: sealed, lastStep: step }
        return { ...current, mfa: changed, modifiedAt: now }
      })
    })
    if (!signingIn) return { Status: "SUCCESS" as const }
    const next = { ...nextOf(signingIn.session), state: "verified" }
    return { Status: "SUCCESS" as const, Session: sealSession(context, signingIn.client, next) }
  },
})
