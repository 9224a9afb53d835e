import {
  AdminSetUserMFAPreferenceCommand,
  SetUserMFAPreferenceCommand,
  type SetUserMFAPreferenceRequest,
} from "@aws-sdk/client-cognito-identity-provider"
import type { Clock } from "../../../base/clock.ts"
import { operation } from "../../../operation.ts"
import type { Store } from "../../../store/store.ts"
import { onUserPool } from "../access.ts"
import { invalidParameter } from "../errors.ts"
import { FACTORS, type Factor, isReady, poolFactors } from "../sign-in/factors.ts"
import { getSignedInUser } from "../tokens/access-token.ts"
import { getUserPool, type UserPool } from "../user-pools/record.ts"
import { getUser, type User, type UserMfa, updateUserState } from "../users/record.ts"
import { countsAsBothFactors, takesPasskeys } from "../web-authn/relying-party.ts"

type Preferences = Pick<
  SetUserMFAPreferenceRequest,
  "SMSMfaSettings" | "SoftwareTokenMfaSettings" | "EmailMfaSettings" | "WebAuthnMfaSettings"
>

/** The factors of a user after a request; what it does not mention stays. */
function applyPreferences(pool: UserPool, user: User, input: Preferences): UserMfa {
  const asked = {
    SMS_MFA: input.SMSMfaSettings,
    SOFTWARE_TOKEN_MFA: input.SoftwareTokenMfaSettings,
    EMAIL_OTP: input.EmailMfaSettings,
  }
  const enabled = new Set(user.mfa?.enabled)
  let preferred = user.mfa?.preferred
  for (const factor of FACTORS) {
    const settings = asked[factor]
    if (!settings) continue
    if (settings.Enabled) {
      assertPossible(pool, user, factor)
      enabled.add(factor)
    } else enabled.delete(factor)
    if (settings.PreferredMfa) {
      if (!enabled.has(factor)) throw invalidParameter("The preferred MFA must be enabled.") // UNVERIFIED text
      preferred = factor
    } else if (preferred === factor) preferred = undefined
  }
  const preferences = FACTORS.filter((factor) => asked[factor]?.PreferredMfa)
  if (preferences.length > 1) throw invalidParameter("Only one MFA can be preferred.") // UNVERIFIED text
  const { preferred: _, passkey: before, ...mfa } = user.mfa ?? { enabled: [] }
  const passkey = input.WebAuthnMfaSettings?.Enabled ?? before
  if (passkey) assertPasskeyPossible(pool, enabled)
  return {
    ...mfa,
    enabled: FACTORS.filter((factor) => enabled.has(factor)),
    ...(preferred && { preferred }),
    ...(passkey && { passkey }),
  }
}

/** Source: SetUserMFAPreference, WebAuthnMfaSettings: the pool lets it, and another factor is there. */
function assertPasskeyPossible(pool: UserPool, enabled: ReadonlySet<Factor>): void {
  if (!takesPasskeys(pool) || !countsAsBothFactors(pool))
    throw invalidParameter("User pool does not have WEB_AUTHN configured as a multi-factor authenticator.") // UNVERIFIED text
  if (enabled.size === 0) throw invalidParameter("Passkey MFA needs another MFA method that is enabled.") // UNVERIFIED text
}

function assertPossible(pool: UserPool, user: User, factor: Factor): void {
  if (!poolFactors(pool).includes(factor)) throw invalidParameter(`User pool does not have ${factor} configured.`) // UNVERIFIED text
  if (isReady(user, factor)) return
  if (factor === "SOFTWARE_TOKEN_MFA") throw invalidParameter("User has not verified software token mfa")
  throw invalidParameter(`User does not have delivery config set to turn on ${factor}`)
}

async function setPreferences(
  { store, clock }: { store: Store; clock: Clock },
  pool: UserPool,
  username: string,
  input: Preferences,
): Promise<void> {
  const modifiedAt = clock.now()
  await store.transact(async (tx) => {
    const user = await getUser(tx, pool, username)
    await updateUserState(tx, pool.id, { ...user, mfa: applyPreferences(pool, user, input), modifiedAt })
  })
}

export const SetUserMFAPreference = operation(SetUserMFAPreferenceCommand, {
  access: "accessToken",
  async handle({ AccessToken, ...input }, context) {
    const { pool, user } = await getSignedInUser(context, AccessToken)
    await setPreferences(context, pool, user.username, input)
    return {}
  },
})

export const AdminSetUserMFAPreference = operation(AdminSetUserMFAPreferenceCommand, {
  access: onUserPool,
  async handle({ UserPoolId, Username, ...input }, context) {
    await setPreferences(context, await getUserPool(UserPoolId, context), Username, input)
    return {}
  },
})
