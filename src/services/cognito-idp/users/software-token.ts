import { AdminDeleteSoftwareTokenCommand } from "@aws-sdk/client-cognito-identity-provider"
import { operation } from "../../../operation.ts"
import { onUserPool } from "../access.ts"
import { getUserPool } from "../user-pools/record.ts"
import { getUser, type UserMfa, updateUserState } from "./record.ts"

/** The authenticator of a user who has lost it. Where the pool demands a second factor, the next sign-in sets another up. */
export const AdminDeleteSoftwareToken = operation(AdminDeleteSoftwareTokenCommand, {
  access: onUserPool,
  async handle({ UserPoolId, Username }, context) {
    const { store, clock } = context
    const pool = await getUserPool(UserPoolId, context)
    const modifiedAt = clock.now()
    await store.transact(async (tx) => {
      const user = await getUser(tx, pool, Username)
      await updateUserState(tx, pool.id, { ...user, mfa: withoutToken(user.mfa), modifiedAt })
    })
    return {}
  },
})

function withoutToken(mfa: UserMfa = { enabled: [] }): UserMfa {
  const { sealedSecret, sealedPending, lastStep, deviceName, preferred, passkey, ...rest } = mfa
  const enabled = mfa.enabled.filter((factor) => factor !== "SOFTWARE_TOKEN_MFA")
  return {
    ...rest,
    enabled,
    ...(preferred && preferred !== "SOFTWARE_TOKEN_MFA" && { preferred }),
    // A passkey counts as both factors only beside another one.
    ...(passkey && enabled.length > 0 && { passkey }),
  }
}
