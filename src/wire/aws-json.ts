import { crc32 } from "node:zlib"
import type { HttpRequest, HttpResponse } from "./http.ts"
import { jsonDecoder } from "./json-decode.ts"
import { jsonEncoder } from "./json-encode.ts"
import { jsonPlan } from "./json-plan.ts"
import { readJsonObject } from "./json-read.ts"
import { stringifyOutput } from "./json-text.ts"
import type { BodyLimits } from "./limits.ts"
import type { OperationCodec } from "./operation-codec.ts"
import type { Protocol, ResponseMeta, WireOptions } from "./options.ts"
import type { OperationShape } from "./schema.ts"

export function compileAwsJson(
  protocol: "awsJson1_0" | "awsJson1_1",
  { name, input, output }: OperationShape,
  options: WireOptions,
  limits: BodyLimits,
): OperationCodec {
  const decode = jsonDecoder(options, false)(input)
  const plan = jsonPlan(false)(input)
  // API references: "an HTTP 200 response with an empty HTTP body".
  const text = output.kind === "unit" ? () => "" : (given: object) => stringifyOutput(given, encode)
  const encode = jsonEncoder(false)(output)
  return {
    name,
    protocol,
    decode: (request) => decode(readJsonObject(wholeBody(request), plan, limits), 0) as Record<string, unknown>,
    encode: (given, meta) => jsonResponse(protocol, 200, text(given ?? {}), meta, options),
  }
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
