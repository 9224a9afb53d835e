import { Readable } from "node:stream"
import { Busboy, type BusboyFileStream, type BusboyHeaders } from "@fastify/busboy"
import { WireError } from "./errors.ts"
import type { HttpRequest } from "./http.ts"

/** A `multipart/form-data` body up to its file, which streams. */
export interface FormData {
  /** By name in lower case; the first of a name counts. */
  fields: ReadonlyMap<string, string>
  /** Of the file part, without directories; undefined where it has none. */
  fileName: string | undefined
  file: AsyncIterable<Uint8Array>
}

/** S3 user guide, "HTML form fields": the form without its file may have 20 KB. */
const FIELD_BYTES = 20_480
const SLICE_BYTES = 4 * 1024
/** Far more than the fields that S3 knows and all the metadata that an object may have. */
const FIELDS_AT_MOST = 256

export const isFormData = (request: HttpRequest): boolean =>
  /^multipart\/form-data(;|$)/i.test(request.headers["content-type"]?.trim() ?? "")

/**
 * Reads the fields before the part that is named `file`; what follows the file is passed over, as S3 does. Memory holds
 * the fields and no more of the file than one reads ahead. Throws S3's words for what is wrong with the form.
 */
export function readFormData(request: HttpRequest): Promise<FormData> {
  let file: BusboyFileStream | undefined
  const body = request.body instanceof Uint8Array ? [request.body] : request.body
  const source = Readable.from(inSlices(body, () => file !== undefined))
  const parser = createParser(request)
  return new Promise((resolve, reject) => {
    const fields = new Map<string, string>()
    let fieldBytes = 0
    let bytesBefore = 0
    let lastBytes = 0

    const fail = (error: WireError) => {
      source.unpipe(parser)
      if (file) file.destroy(error)
      else reject(error)
    }
    // The chunk that the file begins in holds bytes of the file: it does not count.
    source.on("data", (chunk: Uint8Array) => {
      if (file) return
      bytesBefore += lastBytes
      lastBytes = chunk.length
      if (bytesBefore > FIELD_BYTES) fail(fieldsTooLarge())
    })
    parser.on("field", (name: string | undefined, value) => {
      if (file || name === undefined) return
      fieldBytes += Buffer.byteLength(name) + Buffer.byteLength(value)
      if (fieldBytes > FIELD_BYTES) return fail(fieldsTooLarge())
      const key = name.toLowerCase()
      if (!fields.has(key)) fields.set(key, value)
    })
    parser.on("file", (_name, stream, fileName: string | undefined) => {
      if (file) return void stream.resume()
      file = stream
      // The parser tells an early end as an event alone, maybe before anybody reads.
      stream.on("error", () => stream.destroy(malformedForm()))
      resolve({ fields, fileName, file: contentOf(stream) })
    })
    parser.on("fieldsLimit", () => fail(fieldsTooLarge()))
    parser.on("error", () => fail(malformedForm()))
    parser.on("finish", () => reject(noFile()))
    source.once("error", () => fail(malformedForm()))
    source.once("close", () => {
      if (!source.readableEnded) fail(malformedForm())
    })
    source.pipe(parser)
  })
}

/**
 * The parser goes through all that it is given before it hears that it is too much: until the file begins, it is given
 * little. A piece of a body is good until the next one is asked for, and a stream reads ahead, so each is copied.
 */
async function* inSlices(
  body: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  isFile: () => boolean,
): AsyncGenerator<Uint8Array> {
  for await (const piece of body) {
    for (let at = 0; at < piece.length; ) {
      const to = isFile() ? piece.length : at + SLICE_BYTES
      yield Buffer.from(piece.subarray(at, to))
      at = to
    }
  }
}

async function* contentOf(file: Readable): AsyncGenerator<Uint8Array> {
  try {
    yield* file
  } catch (error) {
    throw error instanceof WireError ? error : malformedForm()
  }
}

function createParser(request: HttpRequest): Busboy {
  try {
    return new Busboy({
      headers: { "content-type": request.headers["content-type"] ?? "" } satisfies BusboyHeaders,
      isPartAFile: (name) => name?.toLowerCase() === "file",
      limits: {
        fieldNameSize: FIELD_BYTES,
        fieldSize: FIELD_BYTES,
        fields: FIELDS_AT_MOST,
        headerPairs: 20,
        headerSize: FIELD_BYTES,
      },
    })
  } catch {
    throw malformedForm()
  }
}

/** AWS's error list: `MalformedPOSTRequest`. */
const malformedForm = () =>
  new WireError("MalformedPOSTRequest", "The body of your POST request is not well-formed multipart/form-data.")

/** As waynehoover/s3_direct_upload issue 45 quotes it, AWS's spelling and all. */
const fieldsTooLarge = () =>
  new WireError("MaxPostPreDataLengthExceeded", "Your POST request fields preceeding the upload file was too large.", {
    members: { MaxPostPreDataLengthBytes: String(FIELD_BYTES) },
  })

/** The text is of AWS's error list (`IncorrectNumberOfFilesInPostRequest`); code and members as forums quote them. */
const noFile = () =>
  new WireError("InvalidArgument", "POST requires exactly one file upload per request.", {
    members: { ArgumentName: "file", ArgumentValue: "0" },
  })
