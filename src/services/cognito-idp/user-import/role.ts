import type { CallContext, Deps } from "../../../call.ts"
import type { Actor, LogBatch, Sender } from "../../../peers.ts"
import { findRole } from "../../iam/service.ts"
import { decideServiceTrust } from "../../sts/service.ts"
import type { UserPool } from "../user-pools/record.ts"
import type { ImportJob } from "./record.ts"

const PRINCIPAL = "cognito-idp.amazonaws.com"

/** What is wrong with the role that a job writes its log as; undefined where nothing is. */
export async function findRoleFault(
  deps: Deps,
  pool: UserPool,
  job: Pick<ImportJob, "roleArn" | "id" | "name">,
  decide?: CallContext["decide"],
): Promise<string | undefined> {
  const role = await findRole(deps, job.roleArn)
  if (!role) return "The role for CloudWatch Logs does not exist."
  const service: Sender = { principal: PRINCIPAL, sourceArn: pool.arn, sourceAccount: pool.account }
  if (!(await decideServiceTrust(deps, role, service, decide)))
    return "Cognito cannot assume the role for CloudWatch Logs."
  const { group, stream } = logOf(pool, job)
  const resource = `arn:aws:logs:${pool.region}:${pool.account}:log-group:${group}:log-stream:${stream}`
  const actor = actorOf(pool, job)
  if (!(await deps.peers.mayAct(actor, { action: "logs:PutLogEvents", resource })))
    return "The role for CloudWatch Logs may not write the log."
  return undefined
}

const actorOf = (pool: UserPool, { roleArn, id }: Pick<ImportJob, "roleArn" | "id">): Actor => ({
  roleArn,
  sessionName: id,
  region: pool.region,
  onBehalfOf: pool.arn,
  context: {},
})

/** Source: "Importing users from a CSV file". UNVERIFIED: what stands for what a name of a log group cannot have. */
const logOf = (pool: UserPool, { id, name }: Pick<ImportJob, "id" | "name">) => ({
  group: `/aws/cognito/userpools/${pool.id}/${pool.name.replace(/[^.\-_/#A-Za-z0-9]/g, "_")}`,
  stream: `${id}/${name}`,
})

/** Lines of a job's log, as far as its role may. */
export async function writeLog(
  { peers, clock }: Pick<Deps, "peers" | "clock">,
  pool: UserPool,
  job: ImportJob,
  texts: readonly string[],
): Promise<void> {
  if (texts.length === 0) return
  const time = clock.now()
  const batch: LogBatch = {
    actor: actorOf(pool, job),
    account: pool.account,
    ...logOf(pool, job),
    lines: texts.map((text) => ({ time, text })),
  }
  await peers.keepLogs([batch])
}
