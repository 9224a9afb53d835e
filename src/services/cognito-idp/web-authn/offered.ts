import { createHmac } from "node:crypto"
import type { Deps } from "../../../call.ts"
import type { Reading } from "../../../store/store.ts"
import type { UserPool } from "../user-pools/record.ts"
import type { Person } from "../users/person.ts"
import { type Passkey, passkeysOf } from "./record.ts"
import { countsAsBothFactors, findRelyingPartyId, takesPasskeys } from "./relying-party.ts"

/** What a name may be asked for a passkey by. */
export interface OfferedPasskeys {
  relyingPartyId: string
  /** The user's own; nobody has any. */
  passkeys: readonly Passkey[]
  /** What the browser is told of them, and of those that nobody would have. */
  ids: readonly string[]
  /** `userVerification` of the request: of one pool the same for everybody. */
  userVerification: "preferred" | "required"
}

type OfferDeps = Pick<Deps, "endpoint" | "masterKey">

/** Undefined in pools that take no passkeys. Whoever the name stands for is looked for by the same work. */
export async function findOfferedPasskeys(
  tx: Reading,
  deps: OfferDeps,
  pool: UserPool,
  person: Person,
): Promise<OfferedPasskeys | undefined> {
  if (!takesPasskeys(pool)) return undefined
  const relyingPartyId = await findRelyingPartyId(tx, deps, pool)
  if (relyingPartyId === undefined) return undefined
  const kept = await passkeysOf(tx, pool.id, person.sub)
  const passkeys = kept.filter((passkey) => passkey.relyingPartyId === relyingPartyId)
  return {
    relyingPartyId,
    passkeys,
    ids: person.user ? passkeys.map(({ id }) => id) : simulatedIds(deps, pool, person),
    userVerification: countsAsBothFactors(pool) ? "required" : userVerificationOf(pool),
  }
}

/** Source: WebAuthnConfigurationType, UserVerification. */
export const userVerificationOf = ({ mfa }: UserPool): "preferred" | "required" =>
  mfa.WebAuthnConfiguration?.UserVerification ?? "preferred"

/** As long as widely used authenticators make them. */
const ID_BYTES = [16, 20, 32] as const

/** Of the names that nobody has one in two looks as if it had a passkey, the same at every try: an offer proves nothing. */
function simulatedIds({ masterKey }: OfferDeps, pool: UserPool, { sub }: Person): string[] {
  const digest = createHmac("sha512", masterKey.keyFor("cognito-idp.simulated-user"))
    .update(JSON.stringify([pool.id, `passkey ${sub}`]))
    .digest()
  if (digest[0]! % 2 === 0) return []
  const length = ID_BYTES[digest[1]! % ID_BYTES.length]!
  return [digest.subarray(2, 2 + length).toString("base64url")]
}
