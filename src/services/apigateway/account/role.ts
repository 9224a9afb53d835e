import { formatArn, parseArn } from "../../../base/arn.ts"
import type { CallContext } from "../../../call.ts"
import { findRole } from "../../iam/service.ts"
import { decideServiceTrust } from "../../sts/service.ts"
import { PRINCIPAL, pathArn } from "../access.ts"
import { badRequest } from "../errors.ts"

/** Quoted by many who met it; the reason is for `hallpass explain`. */
function refused(role: string, found: string) {
  const error = badRequest(
    "The role ARN does not have required permissions configured. Please grant trust permission for API Gateway and add the required role policy.",
  )
  error.because = { check: "logging role", role, found }
  return error
}

/** What API Gateway first writes with a role that it is given: the group is there afterwards on AWS. */
const GROUP = "/aws/apigateway/welcome"

const ACTIONS = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]

/** Throws where logs could not be written as the role: it must trust API Gateway, and be allowed to write them. */
export async function assertLoggingRole(context: CallContext, roleArn: string): Promise<void> {
  const { account, region, peers, decide } = context
  if (parseArn(roleArn)?.account !== account) throw refused(roleArn, "a role of another account, or none")
  const role = await findRole(context, roleArn)
  if (!role) throw refused(roleArn, "no such role")
  const sender = { principal: PRINCIPAL, sourceArn: pathArn(region, "/account"), sourceAccount: account }
  if (!(await decideServiceTrust(context, role, sender, decide))) throw refused(roleArn, "does not trust API Gateway")
  const actor = {
    roleArn,
    sessionName: "BackplaneAssumeRoleSession",
    region,
    onBehalfOf: sender.sourceArn,
    context: {},
  }
  for (const action of ACTIONS) {
    const resource = formatArn({ service: "logs", region, account, resource: resourceOf(action) })
    if (!(await peers.mayAct(actor, { action, resource }))) throw refused(roleArn, `may not ${action}`)
  }
}

const resourceOf = (action: string): string =>
  action === "logs:PutLogEvents" ? `log-group:${GROUP}:log-stream:welcome` : `log-group:${GROUP}:log-stream:`
