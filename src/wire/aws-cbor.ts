import { cborDecoder } from "./cbor-decode.ts"
import { cborEncoder } from "./cbor-encode.ts"
import { CborReader } from "./cbor-read.ts"
import { CborWriter, writePlain } from "./cbor-write.ts"
import type { PayloadFormat } from "./event-stream.ts"
import type { HttpResponse } from "./http.ts"
import type { BodyLimits } from "./limits.ts"
import type { ResponseMeta } from "./options.ts"
import type { Shape } from "./schema.ts"

/**
 * What some services take and give in place of JSON to who asks in it: the SDKs for Java do, of Kinesis, unless they are
 * told not to. Targets and errors are those of awsJson.
 */
const CONTENT_TYPE = "application/x-amz-cbor-1.1"

export const isCbor = (type: string | undefined): boolean =>
  type === CONTENT_TYPE || /^application\/x-amz-cbor-1\.1 *;/i.test(type ?? "")

/** The body of a request as the input's shape has it. */
export function cborInput(input: Shape, { parts }: BodyLimits): (body: Uint8Array) => Record<string, unknown> {
  const decode = input.kind === "unit" ? undefined : cborDecoder()(input)
  return (body) => {
    const reader = new CborReader(body, parts)
    if (!decode) return {}
    const value = decode(reader, 0) as Record<string, unknown>
    reader.assertEnd()
    return value
  }
}

/** The body of an answer; empty where there is no output. */
export function cborOutput(output: Shape): (given: object) => Uint8Array {
  if (output.kind === "unit") return () => new Uint8Array()
  return cborEncoder()(output)
}

export const cborResponse = (status: number, body: Uint8Array, { requestId }: ResponseMeta): HttpResponse => ({
  status,
  headers: { "x-amzn-RequestId": requestId, "Content-Type": CONTENT_TYPE },
  body,
})

export function plainCbor(value: object): Uint8Array {
  const writer = new CborWriter()
  writePlain(writer, value)
  return writer.written()
}

export const CBOR_EVENTS: PayloadFormat = { contentType: CONTENT_TYPE, encoderOf: cborEncoder() }
