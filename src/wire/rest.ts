import type { BodyLimits } from "./limits.ts"
import type { OperationCodec } from "./operation-codec.ts"
import type { Protocol, WireOptions } from "./options.ts"
import type { Parameters } from "./parameters.ts"
import { headWriter } from "./rest-head.ts"
import { restRequestDecoder } from "./rest-request.ts"
import { restResponseEncoder } from "./rest-response.ts"
import { routeOf } from "./route.ts"
import { matchLabels } from "./router.ts"
import { membersOf, type OperationShape, type Shape } from "./schema.ts"

export function compileRest(
  protocol: Protocol & ("restJson1" | "restXml"),
  operation: OperationShape,
  options: WireOptions,
  limits: BodyLimits,
): OperationCodec {
  const [method, uri, status] = operation.traits.http ?? ["POST", "/", 200]
  const route = routeOf(operation, options)
  const decoder = restRequestDecoder(protocol, operation.input, options, limits)
  const withLabels = (path: string, parameters?: Parameters): Parameters => ({
    ...parameters,
    labels: parameters?.labels ?? matchLabels(route, path) ?? new Map(),
  })
  return {
    name: operation.name,
    protocol,
    http: { method, uri, status },
    ...streaming("streamingInput", operation.input),
    ...streaming("streamingOutput", operation.output),
    decode: (request, parameters) => decoder.decode(request, withLabels(request.path, parameters)),
    headOf: headWriter(operation.input, options),
    decodeHead: (request, parameters) => decoder.decodeHead(request, withLabels(request.path, parameters)),
    encode: restResponseEncoder(protocol, operation, options),
  }
}

function streaming(side: "streamingInput" | "streamingOutput", shape: Shape): Record<string, string> {
  const member = membersOf(shape).find(
    ({ own, member, kind }) => (own.streaming || member.streaming) && member.httpPayload && kind === "blob",
  )
  return member ? { [side]: member.memberName } : {}
}
