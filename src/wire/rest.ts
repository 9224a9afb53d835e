import type { OperationCodec } from "./operation-codec.ts"
import type { Protocol, WireOptions } from "./options.ts"
import { restRequestDecoder } from "./rest-request.ts"
import { restResponseEncoder } from "./rest-response.ts"
import { routeOf } from "./route.ts"
import { matchLabels } from "./router.ts"
import { membersOf, type OperationShape, type Shape } from "./schema.ts"

export function compileRest(
  protocol: Protocol & ("restJson1" | "restXml"),
  operation: OperationShape,
  options: WireOptions,
): OperationCodec {
  const [method, uri, status] = operation.traits.http ?? ["POST", "/", 200]
  const route = routeOf(operation, options)
  const decode = restRequestDecoder(protocol, operation.input, options)
  return {
    name: operation.name,
    protocol,
    http: { method, uri, status },
    ...streaming("streamingInput", operation.input),
    ...streaming("streamingOutput", operation.output),
    decode: (request, parameters) => {
      const labels = parameters?.labels ?? matchLabels(route, request.path) ?? new Map()
      return decode(request, { ...parameters, labels })
    },
    encode: restResponseEncoder(protocol, operation, options),
  }
}

function streaming(side: "streamingInput" | "streamingOutput", shape: Shape): Record<string, string> {
  const member = membersOf(shape).find(
    ({ own, member, kind }) => (own.streaming || member.streaming) && member.httpPayload && kind === "blob",
  )
  return member ? { [side]: member.memberName } : {}
}
