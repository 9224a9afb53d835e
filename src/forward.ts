import { createActing, type HandedOver, recorded } from "./acting.ts"
import type { RoleSource } from "./authorization/actors.ts"
import type { Deps } from "./call.ts"
import type { Catalogue, ServedOperation } from "./catalogue.ts"
import type { CallRecord } from "./control/call-record.ts"
import { notServed } from "./operation-errors.ts"
import type { ServiceRequest } from "./peers.ts"
import { route } from "./route.ts"
import { WireError } from "./wire/errors.ts"
import type { HttpResponse } from "./wire/http.ts"
import { encodeError } from "./wire/index.ts"

/**
 * Lets a service send a request to another one that somebody has written, headers, body and all, as a principal: it is decoded
 * and answered as if that had signed it. Beside that it is what `calls.ts` is for operations.
 */
export function createForwarding(
  { bySigningName, all }: Pick<Catalogue, "all" | "bySigningName">,
  deps: () => Deps,
  roles: RoleSource,
  record: (call: CallRecord) => void,
): (asked: ServiceRequest) => Promise<HttpResponse> {
  const act = createActing({ all }, deps, roles)

  async function perform({ service: name, request, as }: ServiceRequest, record: CallRecord): Promise<HttpResponse> {
    const served = bySigningName.get(name)
    if (!served) throw notServed(name)
    const { operation, parameters } = await route(served, { ...request }, request.path, () => undefined, undefined)
    const handOver = () => decoded(operation, request, parameters)
    const { output, answer } = await act({ service: served.service, operation, as, handOver }, record)
    const response = operation.codec.encode(output as object, {
      requestId: record.requestId,
      requestedType: request.headers["content-type"],
    })
    if (answer.status !== undefined) response.status = answer.status
    Object.assign(response.headers, answer.headers)
    record.status = response.status
    return response
  }

  return (asked) =>
    recorded(
      asked,
      { now: deps().clock.now(), record },
      (call) => perform(asked, call),
      (error, { requestId }) => {
        const served = bySigningName.get(asked.service) ?? all[0]!
        return encodeError(served.service.protocol, error, { ...served.wire, requestId })
      },
    )
}

type Parameters = Awaited<ReturnType<typeof route>>["parameters"]

function decoded(
  { bodyBytes, codec }: ServedOperation,
  request: ServiceRequest["request"],
  parameters: Parameters,
): HandedOver {
  const { body } = request
  if (body.byteLength > bodyBytes)
    throw new WireError("RequestEntityTooLarge", "The body of the request is too large.", { status: 413 })
  const payload = { body, contentLength: body.byteLength, isDelimited: true as const, trailers: {} }
  return { input: codec.decode({ ...request }, parameters), request, payload }
}
