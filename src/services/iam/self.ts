import type { CallContext } from "../../call.ts"
import type { Reading } from "../../store/store.ts"
import { iamArn } from "./arns.ts"
import { mustNameUser } from "./errors.ts"
import { getIdentity } from "./identities/record.ts"

/**
 * The user that a request is about: the one it names, else the one whose key signed it. In the second case the
 * permission, which `access` could not ask for without knowing the caller, is asked for here.
 */
export async function userNameOf(UserName: string | undefined, context: CallContext): Promise<string> {
  if (UserName !== undefined) return UserName
  const { caller } = context
  if (caller.kind !== "user") throw mustNameUser()
  await context.assertAllowed({
    resource: iamArn(caller.account, "user", caller.path, caller.userName),
    refusedAs: `user ${caller.userName}`,
  })
  return caller.userName
}

/** Who has keys and certificates: a user, or the account's root user, whose id is the account and who has no name. */
export interface Holder {
  id: string
  UserName?: string
}

/** As `userNameOf`; undefined where the root user asks about itself, as it may about its own credentials. */
export async function holderNameOf(UserName: string | undefined, context: CallContext): Promise<string | undefined> {
  if (UserName !== undefined || context.caller.kind !== "root") return userNameOf(UserName, context)
  await context.assertAllowed({ resource: context.caller.arn })
  return undefined
}

export async function getHolder(tx: Reading, account: string, UserName: string | undefined): Promise<Holder> {
  if (UserName === undefined) return { id: account }
  const { id, name } = await getIdentity(tx, account, "user", UserName)
  return { id, UserName: name }
}
