import type { Deps } from "../../../call.ts"
import type { Writing } from "../../../store/store.ts"
import { enqueueNotification } from "../devices/push.ts"
import { readSettings } from "../pools/record.ts"
import { enqueueUpdate } from "../streams/updates.ts"
import type { Written } from "./write.ts"

/** Tells the stream of the pool and the other devices of the identity what has become of a dataset: part of what changed it. */
export async function announce(
  tx: Writing,
  deps: Pick<Deps, "work" | "serviceEndpoints">,
  { dataset, entries }: Written,
  deviceId?: string,
): Promise<void> {
  if (!dataset) return
  const { streams, push } = await readSettings(tx, dataset.poolId)
  if (streams?.StreamingStatus === "ENABLED") await enqueueUpdate(tx, deps, dataset, entries)
  if (push) await enqueueNotification(tx, deps, dataset, deviceId)
}
