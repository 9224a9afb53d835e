import type { CallContext } from "../../call.ts"
import { iamArn } from "./arns.ts"
import { mustNameUser } from "./errors.ts"

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
