import { wholeBody } from "./aws-json.ts"
import type { HttpRequest, HttpResponse } from "./http.ts"
import type { BodyLimits } from "./limits.ts"
import type { OperationCodec } from "./operation-codec.ts"
import type { ResponseMeta, WireOptions } from "./options.ts"
import { malformedInput, parseForm, queryDecoder } from "./query-decode.ts"
import type { OperationShape } from "./schema.ts"
import { parseUtf8 } from "./text.ts"
import { xmlEncoder } from "./xml-encode.ts"
import { escapeXml } from "./xml-text.ts"

export function compileAwsQuery(
  { name, input, output }: OperationShape,
  options: WireOptions,
  limits: BodyLimits,
): OperationCodec {
  const decode = queryDecoder(input, options)
  const result = output.kind === "unit" ? () => "" : xmlEncoder(options).element(`${name}Result`, output)
  const open = `<${name}Response${xmlnsOf(options)}>`
  const close = `</${name}Response>`
  return {
    name,
    protocol: "awsQuery",
    decode: (request) => decode(readForm(request, limits)),
    encode: (given, meta) =>
      queryResponse(
        200,
        `${open}${result(given ?? {})}<ResponseMetadata><RequestId>${escapeXml(meta.requestId)}</RequestId></ResponseMetadata>${close}`,
        meta,
      ),
  }
}

/** The parameters of an awsQuery call: those of the query, and those of the body where it is a form. */
function readForm(request: HttpRequest, { parts }: BodyLimits): ReadonlyMap<string, string> {
  const body = parseUtf8(wholeBody(request))
  if (body === undefined) throw malformedInput("Request is not valid UTF-8")
  if (body === "") return parseForm(request.query, parts)
  return parseForm(request.query === "" ? body : `${request.query}&${body}`, parts)
}

export const xmlnsOf = ({ xmlNamespace }: WireOptions): string =>
  xmlNamespace === undefined ? "" : ` xmlns="${escapeXml(xmlNamespace)}"`

export function queryResponse(status: number, body: string, { requestId }: ResponseMeta): HttpResponse {
  return { status, headers: { "x-amzn-RequestId": requestId, "Content-Type": "text/xml" }, body }
}
