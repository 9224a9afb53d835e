import { WireError } from "../../wire/errors.ts"
import type { LengthRange } from "./policy.ts"

/**
 * The file of a form, of the length that its policy asks for. Throws in place of its end; a file that is too large is
 * read to its end all the same, because S3 tells how large it is (recorded).
 */
export async function* ofLength(
  file: AsyncIterable<Uint8Array>,
  [least, most]: LengthRange,
): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const bytes of file) {
    size += bytes.length
    if (size <= most) yield bytes
  }
  if (size > most)
    throw new WireError("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", {
      members: { ProposedSize: String(size), MaxSizeAllowed: String(most) },
    })
  if (size < least)
    throw new WireError("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", {
      members: { ProposedSize: String(size), MinSizeAllowed: String(least) },
    })
}
