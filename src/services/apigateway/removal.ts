import type { Store, Writing } from "../../store/store.ts"
import type { Worker } from "../../work/job.ts"
import { removalWorker } from "../../work/removal.ts"
import type { Enqueuing } from "../../work/work.ts"

/** Removes what belonged to something that is gone already: an API, a usage plan, a domain name. The key is the owner. */
export const REMOVE_OWNED = "apigateway:remove-owned"

export const removeOwnedWork: Worker<{ store: Store }> = removalWorker(({ key: owner }) => [
  { table: "apigateway_records", key: "owner, kind, id", where: "owner = $1", values: [owner] },
  { table: "apigateway_usage", key: "plan_id, key_id, day", where: "plan_id = $1", values: [owner] },
])

export const removeOwned = (tx: Writing, work: Enqueuing, owner: string): Promise<void> =>
  work.enqueue(tx, { kind: REMOVE_OWNED, key: owner })
