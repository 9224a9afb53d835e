import type { Deps } from "../../../call.ts"
import type { IsAllowed, ObjectName, OpenedObject } from "../../../peers.ts"
import { onObject } from "../access.ts"
import { getBucket } from "../buckets/record.ts"
import { accessDenied } from "../errors.ts"
import { invalidObjectState, openContent } from "./get.ts"
import { ARCHIVES } from "./headers.ts"
import { readNamed } from "./lookup.ts"

/** What GetObject gives whom `isAllowed` speaks for. Throws what GetObject throws, in its order. */
export async function opensObjects(
  { bucket, key, versionId }: ObjectName,
  isAllowed: IsAllowed,
  { store, bytes }: Deps,
): Promise<OpenedObject> {
  const named = { Bucket: bucket, Key: key, VersionId: versionId }
  const assertAllowed = async (requirement: Parameters<IsAllowed>[0]): Promise<void> => {
    if (!(await isAllowed(requirement))) throw accessDenied()
  }
  await getBucket(store, bucket)
  await assertAllowed(onObject("GetObject")(named))
  const { version, content } = await readNamed({ store, assertAllowed, request: { method: "GET" } }, named)
  if (ARCHIVES.has(version.storageClass ?? "")) throw invalidObjectState(version.storageClass!)
  const { size } = version
  if (content) return { size, body: inOnePiece(content) }
  return { size, body: await openContent({ store, bytes }, version, { start: 0, end: size }) }
}

async function* inOnePiece(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content
}
