import type { CallContext, Deps } from "../../../call.ts"
import type { Actor, RoleInUse, Sender } from "../../../peers.ts"
import { findRole } from "../../iam/service.ts"
import { assumeRoleAsService, decideServiceTrust } from "../../sts/service.ts"
import { type FunctionName, functionArn } from "../arns.ts"
import { roleNotAssumable } from "../errors.ts"
import type { ExecutionCredentials } from "../runtime/runtime.ts"

const PRINCIPAL = "lambda.amazonaws.com"

/** UNVERIFIED: how long AWS's last; this is the most that a role session can. */
const DURATION_SECONDS = 12 * 60 * 60

const lambdaFor = (name: FunctionName): Sender => ({
  principal: PRINCIPAL,
  sourceArn: functionArn(name),
  sourceAccount: name.account,
})

/** Throws where a function could not run as the role: there is no such role, or it does not trust Lambda. */
export async function assertRoleAssumable(context: CallContext, name: FunctionName, roleArn: string): Promise<void> {
  const role = await findRole(context, roleArn)
  if (!role) throw roleNotAssumable({ check: "execution role", found: "no such role", role: roleArn })
  if (!(await decideServiceTrust(context, role, lambdaFor(name), context.decide)))
    throw roleNotAssumable({ check: "execution role", found: "does not trust Lambda", role: roleArn })
}

/** A session's name is the function's; two characters are the least that STS takes (recorded 2025-11). */
export const sessionNameOf = ({ name }: FunctionName): string => (name.length > 1 ? name : `${name}@lambda_function`)

/** ARN of the session that a function's requests are signed in. */
export function executionSession(name: FunctionName, roleArn: string): string {
  const role = roleArn.slice(roleArn.lastIndexOf("/") + 1)
  return `arn:aws:sts::${roleArn.split(":")[4]}:assumed-role/${role}/${sessionNameOf(name)}`
}

/** For what Lambda asks of other services as the role. */
export const actAsRole = (actor: Actor): RoleInUse => ({ ...actor, service: PRINCIPAL })

/**
 * What an execution environment of the function signs with; each gets its own. Undefined where the role is not there any
 * more, or does not trust Lambda any more. What policies allow is decided at each request.
 */
export async function assumeExecutionRole(
  deps: Pick<Deps, "store" | "clock" | "masterKey">,
  name: FunctionName,
  roleArn: string,
): Promise<ExecutionCredentials | undefined> {
  const role = await findRole(deps, roleArn)
  if (!role) return undefined
  const service = lambdaFor(name)
  const session = await assumeRoleAsService(deps, {
    role,
    service,
    sessionName: sessionNameOf(name),
    durationSeconds: DURATION_SECONDS,
    context: { "lambda:SourceFunctionArn": service.sourceArn },
  })
  return (
    session && {
      accessKeyId: session.AccessKeyId,
      secretAccessKey: session.SecretAccessKey,
      sessionToken: session.SessionToken,
    }
  )
}
