import { promisify } from "node:util"
import { gunzip, inflate } from "node:zlib"
import { BodyRefusal } from "./body.ts"
import { WireError } from "./errors.ts"

const DECODERS: Readonly<
  Record<string, ((bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>) | undefined>
> = {
  __proto__: null as never,
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
}

/** A body as it was before its `Content-Encoding`; of more than so many bytes nothing is made. Decoded beside the main thread. */
export async function decodeContent(body: Uint8Array, encoding: string, limitBytes: number): Promise<Uint8Array> {
  const name = encoding.trim().toLowerCase()
  if (name === "" || name === "identity") return body
  const decode = DECODERS[name]
  if (!decode) throw undecodable()
  try {
    return await decode(body, { maxOutputLength: limitBytes })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw new BodyRefusal("too large", limitBytes)
    throw undecodable()
  }
}

/** "Common Errors" of AWS's API references, whose example this is. */
const undecodable = () =>
  new WireError(
    "MalformedHttpRequestException",
    "The body cannot be decompressed according to the decompression algorithm specified by the content-encoding.",
  )
