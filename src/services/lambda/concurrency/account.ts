import type { Scope } from "../../../operation.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import type { FunctionRecord } from "../functions/record.ts"

/** Developer Guide, "Lambda quotas": executions at once in an account, and how many of them no function may reserve. */
export const ACCOUNT_EXECUTIONS = 1_000
export const LEAST_UNRESERVED = 100

/** What a function keeps of its account's executions: what it reserves, else what its versions have provisioned. */
interface Kept {
  reserved: number
  provisioned: number
}

/**
 * Of all functions of an account but one, how many executions they keep. No more rows than executions can be kept are
 * there: each keeps one at least.
 */
export async function keptByOthers(tx: Reading, { account, region }: Scope, functionId: string): Promise<number> {
  const rows = await tx.all<{ function_id: string; kind: string; executions: number }>(
    "SELECT function_id, kind, executions FROM lambda_executions WHERE account = $1 AND region = $2",
    account,
    region,
  )
  const byFunction = new Map<string, Kept>()
  for (const { function_id, kind, executions } of rows) {
    if (function_id === functionId) continue
    const kept = byFunction.get(function_id) ?? { reserved: 0, provisioned: 0 }
    if (kind === "") kept.reserved += Number(executions)
    else kept.provisioned += Number(executions)
    byFunction.set(function_id, kept)
  }
  let sum = 0
  for (const { reserved, provisioned } of byFunction.values()) sum += reserved || provisioned
  return sum
}

/** Of one function, by version or alias. */
export async function readProvisioned(tx: Reading, functionId: string): Promise<Map<string, number>> {
  const rows = await tx.all<{ kind: string; executions: number }>(
    "SELECT kind, executions FROM lambda_executions WHERE function_id = $1 AND kind <> ''",
    functionId,
  )
  return new Map(rows.map(({ kind, executions }) => [kind, Number(executions)]))
}

/** Writes down what a function keeps: as a whole (`""`), or by one of its versions or aliases. */
export async function keepExecutions(
  tx: Writing,
  { account, region, id }: FunctionRecord,
  kind: string,
  executions: number,
): Promise<void> {
  if (executions === 0) await freeExecutions(tx, id, kind)
  else
    await tx.run(
      `INSERT INTO lambda_executions (account, region, function_id, kind, executions) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (function_id, kind) DO UPDATE SET executions = excluded.executions`,
      account,
      region,
      id,
      kind,
      executions,
    )
}

/** With a function goes what it kept, with a version or an alias what that did. */
export async function freeExecutions(tx: Writing, functionId: string, kind?: string): Promise<void> {
  if (kind === undefined) await tx.run("DELETE FROM lambda_executions WHERE function_id = $1", functionId)
  else await tx.run("DELETE FROM lambda_executions WHERE function_id = $1 AND kind = $2", functionId, kind)
}
