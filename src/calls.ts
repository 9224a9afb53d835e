import { createActing, type HandedOver, recorded } from "./acting.ts"
import type { Payload } from "./authentication/caller.ts"
import { NO_REQUEST, type RoleSource } from "./authorization/actors.ts"
import type { Deps } from "./call.ts"
import type { Catalogue, ServedOperation, ServedService } from "./catalogue.ts"
import type { CallRecord } from "./control/call-record.ts"
import { notServed, notYet, unknownOperation } from "./operation-errors.ts"
import type { ServiceAnswer, ServiceCall } from "./peers.ts"
import { withoutJsonTexts } from "./wire/json-text.ts"

/**
 * Lets a service call operations of another one as a principal. It is the way of a request (`answer.ts`) without the wire:
 * authenticate -> validate -> authorize -> handle -> record.
 */
export function createCalls(
  { bySigningName, all }: Pick<Catalogue, "all" | "bySigningName">,
  deps: () => Deps,
  roles: RoleSource,
  record: (call: CallRecord) => void,
): (asked: ServiceCall) => Promise<ServiceAnswer> {
  const act = createActing({ all }, deps, roles)

  async function perform(asked: ServiceCall, record: CallRecord): Promise<ServiceAnswer> {
    const served = bySigningName.get(asked.service)
    if (!served) throw notServed(asked.service, asked.operation)
    const operation = findOperation(served, asked.operation)
    const handOver = () => handedOver(operation, asked.input)
    const { output } = await act({ service: served.service, operation, as: asked.as, handOver }, record)
    record.status = 200
    return { is: "done", output: withoutJsonTexts((output ?? {}) as object) as Readonly<Record<string, unknown>> }
  }

  return (asked) =>
    recorded(
      asked,
      { now: deps().clock.now(), record },
      (call) => perform(asked, call),
      ({ code, message, status }) => ({ is: "refused", code, message, status }),
    )
}

function findOperation({ operations, known, service }: ServedService, name: string): ServedOperation {
  const operation = operations.get(name)
  if (operation) return operation
  throw known.has(name) ? notYet(service, name) : unknownOperation(service, name)
}

/** In place of decoding: what streams is the body of the request, too. */
function handedOver({ codec }: ServedOperation, asked: object): HandedOver {
  const given = asked as Readonly<Record<string, unknown>>
  const headers = codec.headOf?.(given) ?? {}
  const member = codec.streamingInput
  const body = ((member && given[member]) ?? new Uint8Array()) as Payload["body"]
  const length = body instanceof Uint8Array ? body.length : Number(given.ContentLength ?? Number.NaN)
  const contentLength = Number.isNaN(length) ? {} : { contentLength: length }
  return {
    input: member === undefined ? given : { ...given, [member]: body },
    request: { ...NO_REQUEST, method: codec.http?.method ?? "POST", headers, body },
    // Nobody has to tell how long a stream is that ends by itself.
    payload: { body, ...contentLength, isDelimited: true, trailers: {} },
  }
}
