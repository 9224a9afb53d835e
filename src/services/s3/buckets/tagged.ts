import type { Store } from "../../../store/store.ts"
import { changeBucket, getBucket } from "./record.ts"

/**
 * Remembers, before the first object of a bucket is tagged, that `s3:ExistingObjectTag` may be there to look at. Until
 * then authorization reads no object for its tags.
 */
export async function noteObjectTags(store: Store, name: string): Promise<void> {
  const bucket = await getBucket(store, name)
  if (bucket.hasTaggedObjects) return
  await changeBucket(store, name, (changed) => {
    changed.hasTaggedObjects = true
  })
}
