import type { Store } from "../../../store/store.ts"
import { assertExpectedOwner } from "./owner.ts"
import { type Bucket, changeBucket, getBucket } from "./record.ts"

interface Named {
  Bucket: string
  ExpectedBucketOwner?: string | undefined
}

/** The bucket that the input names, of the owner that the input expects. */
export async function openBucket(store: Store, { Bucket, ExpectedBucketOwner }: Named): Promise<Bucket> {
  const bucket = await getBucket(store, Bucket)
  assertExpectedOwner(bucket, ExpectedBucketOwner)
  return bucket
}

/** Changes the settings of the bucket that the input names. `change` may run again where writers collide. */
export const changeSettings = (
  store: Store,
  { Bucket, ExpectedBucketOwner }: Named,
  change: (bucket: Bucket) => void,
): Promise<void> =>
  changeBucket(store, Bucket, (bucket) => {
    assertExpectedOwner(bucket, ExpectedBucketOwner)
    change(bucket)
  })
