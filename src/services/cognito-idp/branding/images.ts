import type { Bytes, Written } from "../../../bytes/bytes.ts"
import type { Writing } from "../../../store/store.ts"
import type { GivenAsset } from "./assets.ts"
import { imageFamily, type StoredAsset } from "./record.ts"

/** Images that are written and that nobody owns yet. What is not kept is discarded when they go out of scope. */
export interface WrittenImages {
  assets: StoredAsset[]
  keep(tx: Writing): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export async function writeAssets(bytes: Bytes, poolId: string, given: readonly GivenAsset[]): Promise<WrittenImages> {
  const written: Written[] = []
  const discard = async () => {
    for (const one of written) await bytes.discard(one)
  }
  try {
    for (const { Bytes: body } of given) written.push(await bytes.write([body!], { family: imageFamily(poolId) }))
  } catch (error) {
    await discard()
    throw error
  }
  return {
    assets: given.map(({ Category, ColorMode, Extension, ResourceId }, index) => ({
      category: Category,
      mode: ColorMode,
      extension: Extension,
      ...(ResourceId !== undefined && { resourceId: ResourceId }),
      segment: { id: written[index]!.id, size: written[index]!.size },
    })),
    async keep(tx) {
      for (const one of written) await bytes.keep(tx, one)
    },
    [Symbol.asyncDispose]: discard,
  }
}

/** A whole image: at most a megabyte. */
export async function readBytes(bytes: Bytes, segment: { id: string; size: number }): Promise<Uint8Array> {
  const whole = Buffer.alloc(segment.size)
  let at = 0
  for await (const piece of bytes.read([segment], { start: 0, end: segment.size })) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
