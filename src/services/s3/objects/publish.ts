import type { Deps } from "../../../call.ts"
import { readVersioning, type Versioning } from "../buckets/record.ts"
import { noteObjectTags } from "../buckets/tagged.ts"
import { type Arrived, discardData, keepData } from "../data/write.ts"
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
  const { store, clock, bytes } = deps
  if (body.tags) await noteObjectTags(store, bucket)
  const modified = clock.now()
  const published = store.transact(async (tx) => {
    const versioning = await readVersioning(tx, bucket)
    await keepData(tx, bytes, arrived)
    const versionId = await putVersion(tx, deps, {
      bucket,
      key,
      versioning,
      body: { ...body, modified, ...(arrived.written && { dataId: arrived.written.id }) },
      content: arrived.content,
      ...(check && { check }),
    })
    return { versionId, versioning, modified }
  })
  return published.catch((error) => discardData(bytes, arrived, error))
}
