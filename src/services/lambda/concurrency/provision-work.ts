import type { Deps } from "../../../call.ts"
import type { Store, Writing } from "../../../store/store.ts"
import { done, later, type Worker } from "../../../work/job.ts"
import type { Enqueuing } from "../../../work/work.ts"
import type { FunctionName } from "../arns.ts"
import { type FunctionRecord, versionName } from "../functions/record.ts"
import { findRunnable } from "../functions/runnable.ts"
import { engineOf } from "../invocations/engine.ts"
import { runnableFunction } from "../invocations/runnable-function.ts"
import { NotRun } from "../runtime/not-run.ts"
import { type Provisioned, type ProvisionedBody, putProvision, readProvision } from "./provisioned-record.ts"

/** Makes ready what is provisioned, and keeps it so. The key is the function's id and the qualifier. */
export const PROVISION = "lambda:provision"

/** How often it is looked whether all are still there: one that ended is made anew. */
const LOOK_MILLISECONDS = 60_000

/** What must be known when the configuration is gone. */
interface Body {
  name: FunctionName
  qualifier: string
  /** The version that is kept warm until something else is. */
  version: number
}

export async function enqueueProvision(
  work: Enqueuing,
  tx: Writing,
  { id, account, region, name }: FunctionRecord,
  qualifier: string,
  version: number,
): Promise<void> {
  const body: Body = { name: { account, region, name }, qualifier, version }
  await work.enqueue(tx, { kind: PROVISION, key: `${id}/${qualifier}`, body })
}

/** An alias leads elsewhere: what is provisioned for it is made ready there, and given up where it was. */
export async function moveProvision(
  tx: Writing,
  work: Enqueuing,
  record: FunctionRecord,
  alias: string,
): Promise<void> {
  const found = await readProvision(tx, record.id, alias)
  if (!found) return
  const { statusReason: _, ...body } = found.body
  await putProvision(tx, { ...found, body: { ...body, status: "IN_PROGRESS", allocated: 0 } })
  await enqueueProvision(work, tx, record, alias, body.version)
}

export const provisionWork: Worker<Deps> = {
  async run(job, deps) {
    const { name, qualifier, version } = job.body as Body
    const functionId = job.key.slice(0, job.key.indexOf("/"))
    const found = await deps.store.read((tx) => readProvision(tx, functionId, qualifier))
    if (!found) {
      await giveUp(deps, functionId, name, version)
      return done
    }
    const target = await findRunnable(deps, name, qualifier, () => 1)
    if (!target || target.record.id !== functionId) return done
    if (target.version !== version) await giveUp(deps, functionId, name, version)
    const result = await provision(deps, target, found.body.requested)
    const isWritten = await write(deps.store, found, { ...result, version: target.version })
    const dueAt = deps.clock.now() + (isWritten ? LOOK_MILLISECONDS : 0)
    return later(dueAt, { name, qualifier, version: target.version } satisfies Body)
  },
}

type Result = Pick<ProvisionedBody, "allocated" | "status" | "statusReason">

/** A function that cannot begin is told as AWS tells it (recorded 2025-11); what this machine lacks, in words of our own. */
async function provision(
  deps: Deps,
  target: NonNullable<Awaited<ReturnType<typeof findRunnable>>>,
  requested: number,
): Promise<Result> {
  const { runtime, logs } = engineOf(deps)
  const warm = { ...runnableFunction(deps, logs, target), initializationType: "provisioned-concurrency" as const }
  try {
    const allocated = await runtime.provision(warm, requested)
    if (allocated === requested) return { allocated, status: "READY" }
    const statusReason =
      allocated === 0
        ? "FUNCTION_ERROR_INIT_FAILURE"
        : `This server has room for ${allocated} of the ${requested} execution environments.`
    return { allocated, status: "FAILED", statusReason }
  } catch (error) {
    if (!(error instanceof NotRun)) throw error
    return { allocated: 0, status: "FAILED", statusReason: error.message }
  }
}

/** Unless another was asked for meanwhile, which is seen to next; false then. */
function write(store: Store, before: Provisioned, result: Result & { version: number }): Promise<boolean> {
  return store.transact(async (tx) => {
    const now = await readProvision(tx, before.functionId, before.qualifier)
    if (!now || now.body.requested !== before.body.requested || now.body.lastModified !== before.body.lastModified)
      return false
    const { statusReason: _, ...kept } = now.body
    const body = { ...kept, ...result }
    if (JSON.stringify(body) !== JSON.stringify(now.body)) await putProvision(tx, { ...now, body })
    return true
  })
}

async function giveUp(deps: Deps, functionId: string, name: FunctionName, version: number): Promise<void> {
  const { runtime, logs } = engineOf(deps)
  const target = await findRunnable(deps, name, versionName(version), () => 1)
  if (target?.record.id === functionId)
    await runtime.provision(runnableFunction(deps, logs, target), 0).catch(() => undefined)
  else runtime.forget({ ...name, version: versionName(version) })
}
