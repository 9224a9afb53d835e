import type { Deps } from "../../../call.ts"
import { readVersioning, type Versioning } from "../buckets/record.ts"
import { noteObjectTags } from "../buckets/tagged.ts"
import { sweepSoon } from "../data/sweep.ts"
import { type Arrived, keepData } from "../data/write.ts"
import type { ObjectBody, ObjectVersion } from "./record.ts"
import { putVersion } from "./versions.ts"

export interface Publication {
  bucket: string
  key: string
  arrived: Arrived
  body: Omit<ObjectBody, "modified" | "dataId">
  /** Throws where a condition of the request does not hold. */
  check?(latest: ObjectVersion | undefined): void
}

export interface Published {
  versionId: string
  versioning: Versioning
  modified: number
}

/** Makes an object out of bytes that have arrived: one transaction, after which it is there, whole and durable. */
export async function publish(deps: Deps, { bucket, key, arrived, body, check }: Publication): Promise<Published> {
  const { store, clock } = deps
  if (body.tags) await noteObjectTags(store, bucket)
  const modified = clock.now()
  const published = await store.transact(async (tx) => {
    const versioning = await readVersioning(tx, bucket)
    await keepData(tx, arrived)
    const versionId = await putVersion(tx, {
      bucket,
      key,
      versioning,
      body: { ...body, modified, ...(arrived.dataId !== undefined && { dataId: arrived.dataId }) },
      content: arrived.content,
      ...(check && { check }),
    })
    return { versionId, versioning, modified }
  })
  sweepSoon(deps)
  return published
}
