import type { Deps } from "../../../call.ts"
import type { Actor, LogBatch } from "../../../peers.ts"
import { findRole } from "../../iam/service.ts"
import { functionArn } from "../arns.ts"
import { decryptForFunction } from "../functions/customer-key.ts"
import { assumeExecutionRole, sessionNameOf } from "../functions/execution-role.ts"
import type { Runnable, Target } from "../functions/runnable.ts"
import type { RunnableFunction } from "../runtime/runtime.ts"
import type { LogSink } from "./log-sink.ts"

// Kept as long as the version is as it is: a warm invocation makes none.
const known = new WeakMap<Runnable, RunnableFunction>()

/** A version with what its environments need of the server: credentials of the execution role, and somewhere to write. */
export function runnableFunction(deps: Deps, logs: LogSink, { record, body, runnable }: Target): RunnableFunction {
  const found = known.get(runnable)
  if (found) return found
  const { Role } = body.configuration
  // No more of the call that was the first: what is kept here outlives it.
  const { store, clock, masterKey, peers } = deps
  const { encrypted, granteeId } = body
  const actor = executionActor(record, Role!)
  const made: RunnableFunction = {
    ...runnable,
    initializationType: "on-demand",
    async credentials() {
      const credentials = await assumeExecutionRole({ store, clock, masterKey }, record, Role!)
      // In the words of what is written down when a function is given its role.
      if (!credentials) throw new Error((await findRole({ store }, Role!)) ? "does not trust Lambda" : "no such role")
      return credentials
    },
    ...(encrypted !== undefined && {
      decryptedEnvironment: () => decryptForFunction({ peers, store }, record, actor, { encrypted, granteeId }),
    }),
    onLog(stream, lines) {
      const batch: LogBatch = { actor, account: record.account, group: runnable.logGroup, stream, lines }
      logs.add(batch)
    },
  }
  known.set(runnable, made)
  return made
}

/** Lambda as the execution role of a function: its session is that of the function's own requests. */
export function executionActor(name: { account: string; region: string; name: string }, roleArn: string): Actor {
  const arn = functionArn(name)
  return {
    roleArn,
    sessionName: sessionNameOf(name),
    region: name.region,
    onBehalfOf: arn,
    context: { "lambda:SourceFunctionArn": arn },
  }
}
