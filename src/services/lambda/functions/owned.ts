import type { Writing } from "../../../store/store.ts"
import { removeSettings } from "../asynchronous/settings.ts"
import { freeExecutions } from "../concurrency/account.ts"
import { removeProvision } from "../concurrency/provisioned-record.ts"
import { removePolicy } from "../permissions/record.ts"

/** A table whose rows belong to a function, and go with it. */
export interface OwnedTable {
  table: string
  /** The columns of its primary key. All tables have a column `function_id`. */
  key: string
}

/** What goes with a function, beside its versions, in pieces in the background. */
export const OWNED: readonly OwnedTable[] = [
  { table: "lambda_aliases", key: "function_id, alias" },
  { table: "lambda_policies", key: "function_id, qualifier" },
  { table: "lambda_event_settings", key: "function_id, qualifier" },
  { table: "lambda_executions", key: "function_id, kind" },
  { table: "lambda_provisioned", key: "function_id, qualifier" },
  { table: "lambda_code_signed", key: "function_id" },
  { table: "lambda_urls", key: "url_id" },
  { table: "lambda_leases", key: "function_id, owner" },
]

/** What goes with a version or an alias, at once: one of its name is another one. */
export async function removeQualified(tx: Writing, functionId: string, qualifier: string): Promise<void> {
  await removePolicy(tx, { functionId, qualifier })
  await removeSettings(tx, functionId, qualifier)
  await removeProvision(tx, functionId, qualifier)
  await freeExecutions(tx, functionId, qualifier)
}
