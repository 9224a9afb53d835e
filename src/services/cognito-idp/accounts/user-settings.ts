import {
  AdminSetUserSettingsCommand,
  type MFAOptionType,
  SetUserSettingsCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import { onUserPool } from "../access.ts"
import { invalidParameter } from "../errors.ts"
import { getSignedInUser } from "../tokens/access-token.ts"
import { getUserPool, type UserPool } from "../user-pools/record.ts"
import { getUser, updateUserState } from "../users/record.ts"

// The forerunners of SetUserMFAPreference, which know codes by SMS alone. Source: SetUserSettings, AdminSetUserSettings.

async function setOptions(
  { store, clock }: CallContext,
  pool: UserPool,
  username: string,
  options: MFAOptionType[],
): Promise<void> {
  for (const { DeliveryMedium, AttributeName } of options)
    if (DeliveryMedium !== "SMS" || AttributeName !== "phone_number")
      throw invalidParameter("Only codes by SMS to phone_number can be configured.") // UNVERIFIED text
  const modifiedAt = clock.now()
  await store.transact(async (tx) => {
    const user = await getUser(tx, pool, username)
    const { preferred, enabled, ...mfa } = user.mfa ?? { enabled: [] }
    const others = enabled.filter((factor) => factor !== "SMS_MFA")
    if (options.length > 0 && !user.attributes.phone_number)
      throw invalidParameter("User does not have delivery config set to turn on SMS_MFA")
    const stays = preferred !== undefined && (preferred !== "SMS_MFA" || options.length > 0)
    await updateUserState(tx, pool.id, {
      ...user,
      mfa: { ...mfa, enabled: options.length > 0 ? ["SMS_MFA", ...others] : others, ...(stays && { preferred }) },
      modifiedAt,
    })
  })
}

export const SetUserSettings = operation(SetUserSettingsCommand, {
  access: "accessToken",
  async handle({ AccessToken, MFAOptions }, context) {
    const { pool, user } = await getSignedInUser(context, AccessToken)
    await setOptions(context, pool, user.username, MFAOptions)
    return {}
  },
})

export const AdminSetUserSettings = operation(AdminSetUserSettingsCommand, {
  access: onUserPool,
  async handle({ UserPoolId, Username, MFAOptions }, context) {
    await setOptions(context, await getUserPool(UserPoolId, context), Username, MFAOptions)
    return {}
  },
})
