import { crc32 } from "node:zlib"
import { CBOR_EVENTS, cborInput, cborOutput, cborResponse, isCbor, plainCbor } from "./aws-cbor.ts"
import { EVENT_STREAM, type Events, eventStreamEncoder, findEventStream, type PayloadFormat } from "./event-stream.ts"
import type { HttpRequest, HttpResponse } from "./http.ts"
import { jsonDecoder } from "./json-decode.ts"
import { jsonEncoder } from "./json-encode.ts"
import { jsonPlan } from "./json-plan.ts"
import { readJsonObject } from "./json-read.ts"
import { stringifyOutput } from "./json-text.ts"
import type { BodyLimits } from "./limits.ts"
import type { OperationCodec } from "./operation-codec.ts"
import type { Protocol, ResponseMeta, WireOptions } from "./options.ts"
import type { Member, OperationShape, Shape } from "./schema.ts"

export function compileAwsJson(
  protocol: "awsJson1_0" | "awsJson1_1",
  { name, input, output }: OperationShape,
  options: WireOptions,
  limits: BodyLimits,
): OperationCodec {
  const decode = jsonDecoder(options, false)(input)
  const plan = jsonPlan(false)(input)
  const decodeJson = (request: HttpRequest) =>
    decode(readJsonObject(wholeBody(request), plan, limits), 0) as Record<string, unknown>
  const encodeJson = jsonAnswers(protocol, output, options)
  if (!options.cbor) return { name, protocol, decode: decodeJson, encode: encodeJson }
  const decodeCbor = cborInput(input, limits)
  const encodeCbor = cborAnswers(output)
  return {
    name,
    protocol,
    decode: (request) =>
      isCbor(request.headers["content-type"]) ? decodeCbor(wholeBody(request)) : decodeJson(request),
    encode: (given, meta) => (isCbor(meta.requestedType) ? encodeCbor : encodeJson)(given, meta),
  }
}

type Encode = OperationCodec["encode"]

function jsonAnswers(protocol: "awsJson1_0" | "awsJson1_1", output: Shape, options: WireOptions): Encode {
  const encodeValue = jsonEncoder(false)
  const stream = findEventStream(output)
  if (stream) {
    const contentType = jsonContentType(protocol)
    const encoderOf = (shape: Shape) => {
      const encode = encodeValue(shape)
      return (value: unknown) => Buffer.from(JSON.stringify(encode(value)))
    }
    return eventAnswers(stream, { contentType, encoderOf }, Buffer.from("{}"))
  }
  const encode = encodeValue(output)
  // API references: "an HTTP 200 response with an empty HTTP body".
  const text = output.kind === "unit" ? () => "" : (given: object) => stringifyOutput(given, encode)
  return (given, meta) => jsonResponse(protocol, 200, text(given ?? {}), meta, options)
}

function cborAnswers(output: Shape): Encode {
  const stream = findEventStream(output)
  if (stream) return eventAnswers(stream, CBOR_EVENTS, plainCbor({}))
  const encode = cborOutput(output)
  return (given, meta) => cborResponse(200, encode(given ?? {}), meta)
}

/** Of an output that is a stream of events and nothing beside it. */
function eventAnswers(stream: Member, format: PayloadFormat, initial: Uint8Array): Encode {
  const encode = eventStreamEncoder(stream, format)
  return (given, { requestId }) => ({
    status: 200,
    headers: { "x-amzn-RequestId": requestId, "Content-Type": EVENT_STREAM },
    body: encode((given as Record<string, Events>)[stream.memberName]!, initial),
  })
}

/** The body of an operation that does not stream: the server has read it whole. */
export function wholeBody({ body }: HttpRequest): Uint8Array {
  if (body instanceof Uint8Array) return body
  throw new Error("a body was streamed to an operation that reads it whole")
}

export function jsonContentType(protocol: Protocol): string {
  if (protocol === "awsJson1_0") return "application/x-amz-json-1.0"
  return protocol === "awsJson1_1" ? "application/x-amz-json-1.1" : "application/json"
}

export function jsonResponse(
  protocol: Protocol,
  status: number,
  body: string,
  { requestId, requestedType }: ResponseMeta,
  options: WireOptions,
): HttpResponse {
  const isEchoed = options.echoesType && requestedType?.startsWith("application/json")
  const headers: HttpResponse["headers"] = {
    "x-amzn-RequestId": requestId,
    "Content-Type": isEchoed ? "application/json" : jsonContentType(protocol),
  }
  if (options.server !== undefined) headers.Server = options.server
  if (options.crc32) headers["x-amz-crc32"] = String(crc32(body))
  return { status, headers, body }
}
