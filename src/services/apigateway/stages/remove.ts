import type { Writing } from "../../../store/store.ts"
import { stages } from "./record.ts"

/** Those of an API, which is being deleted: there are ten at most. */
export async function removeStages(tx: Writing, restApiId: string): Promise<void> {
  for (const { id } of await stages.all(tx, restApiId)) await stages.remove(tx, restApiId, id)
}
