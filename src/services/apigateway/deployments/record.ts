import type { Reading, Store } from "../../../store/store.ts"
import { collection } from "../collection.ts"
import type { Snapshot } from "../snapshot.ts"

export interface Deployment {
  description?: string
  /** Milliseconds since the epoch. */
  createdAt: number
}

/** Of an API, by their ids. What they deployed is beside them, lest a list read it. */
export const deployments = collection<Deployment>("deployment")

const KIND = "apigateway.snapshot"
const keyOf = (restApiId: string, deploymentId: string): string => `${restApiId}/${deploymentId}`

export const snapshots = collection<Snapshot>("snapshot", { cache: { kind: KIND, key: keyOf } })

function load(tx: Reading, key: string): Promise<Snapshot | undefined> {
  const [restApiId = "", deploymentId = ""] = key.split("/")
  return snapshots.read(tx, restApiId, deploymentId)
}

/**
 * What a deployment deployed; undefined where it is gone. It never changes, and whoever asks on a node gets the same object for
 * as long as it is cached: what is compiled of it can be kept by it (a `WeakMap`). At once where it is in memory.
 */
export const readSnapshot = (
  store: Store,
  { restApiId, deploymentId }: { restApiId: string; deploymentId: string },
): Snapshot | undefined | Promise<Snapshot | undefined> => store.cache(KIND, load).find(keyOf(restApiId, deploymentId))
