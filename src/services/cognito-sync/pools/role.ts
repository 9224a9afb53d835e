import type { CallContext } from "../../../call.ts"
import type { RoleInUse, Sender } from "../../../peers.ts"
import { findRole } from "../../iam/service.ts"
import { decideServiceTrust } from "../../sts/service.ts"
import { invalidParameter } from "../errors.ts"

const PRINCIPAL = "cognito-sync.amazonaws.com"

/** Source: Developer Guide, "Push sync": `aws:SourceArn` of the role's trust policy is the identity pool's ARN. */
const poolArn = (region: string, account: string, poolId: string): string =>
  `arn:aws:cognito-identity:${region}:${account}:identitypool/${poolId}`

/** Cognito Sync, in the name of a pool. */
export const senderFor = (region: string, account: string, poolId: string): Sender => ({
  principal: PRINCIPAL,
  sourceArn: poolArn(region, account, poolId),
  sourceAccount: account,
})

/** As it is called where it acts as a role. UNVERIFIED: the name of AWS's session. */
export const SESSION_NAME = "CognitoSync"

/** For what Cognito Sync asks of other services as a role that a pool names, which is of the pool's account. */
export function roleOfPool(poolId: string, roleArn: string): RoleInUse {
  const [region = ""] = poolId.split(":")
  const account = roleArn.split(":")[4] ?? ""
  const onBehalfOf = poolArn(region, account, poolId)
  return { service: PRINCIPAL, roleArn, sessionName: SESSION_NAME, region, onBehalfOf, context: {} }
}

/** Throws where Cognito Sync could not act as the role: it is not there, not of the pool's account, or does not trust it. */
export async function assertRoleAssumable(context: CallContext, poolId: string, roleArn: string): Promise<void> {
  const { account, region } = context
  const refuse = (found: string) =>
    invalidParameter(`Cognito Sync cannot assume the role ${roleArn}.`, {
      check: "role of the pool",
      found,
      roleArn,
      poolId,
    })
  const role = await findRole(context, roleArn)
  if (!role) throw refuse("no such role")
  if (role.account !== account) throw refuse("a role of another account")
  if (!(await decideServiceTrust(context, role, senderFor(region, account, poolId), context.decide)))
    throw refuse("a role that does not trust cognito-sync.amazonaws.com")
}
