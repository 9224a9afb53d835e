import { anonymousCaller } from "./authentication/authenticate.ts"
import type { Payload } from "./authentication/caller.ts"
import { actorArn, NO_REQUEST, type RoleSource } from "./authorization/actors.ts"
import { type Call, createAuthorization } from "./authorization/authorize.ts"
import { NO_POLICIES } from "./authorization/policy-source.ts"
import { randomUUID } from "./base/random.ts"
import type { Deps } from "./call.ts"
import { type Catalogue, isPublic, type ServedOperation, type ServedService } from "./catalogue.ts"
import { type CallRecord, newEventRecord } from "./control/call-record.ts"
import { notServed, notYet, unknownOperation } from "./operation-errors.ts"
import type { ServiceAnswer, ServiceCall } from "./peers.ts"
import { permit } from "./permit.ts"
import { createSigners } from "./signers.ts"
import { WireError } from "./wire/errors.ts"
import type { HttpRequest } from "./wire/http.ts"
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
  const signerFor = createSigners(deps, roles)
  let authorization: ReturnType<typeof createAuthorization> | undefined

  async function perform(asked: ServiceCall, record: CallRecord): Promise<object> {
    const served = bySigningName.get(asked.service)
    if (!served) throw notServed(asked.service, asked.operation)
    const operation = findOperation(served, asked.operation)
    record.operation = operation.name
    const { service } = served
    const { as } = asked
    const signed = await signerFor(as, service, record)
    service.assertAdmitted?.(signed.caller, operation.name)
    const { input, request, payload } = handOver(operation, asked.input)
    // What is public looks at nobody's signature.
    const isOpen = isPublic(operation.operation)
    const call: Call = {
      ...deps(),
      requestId: record.requestId,
      request,
      caller: isOpen ? anonymousCaller(request, service) : { ...signed.caller, payload },
      answer: { headers: {} },
      region: as.region,
      account: isOpen ? deps().defaultAccount : signed.caller.account,
      ...("via" in as ? { calledVia: as.via, callingService: as.via.at(-1)! } : { callingService: as.service }),
    }
    authorization ??= createAuthorization(
      all.map(({ service }) => service),
      deps(),
      roles,
    )
    const policies = isOpen ? NO_POLICIES : signed.policies
    const may = authorization.of(service, operation.action, call, policies, record.judged)
    const act = await permit(operation, service, input, call, may, false)
    return withoutJsonTexts(((await act()) ?? {}) as object)
  }

  return async function call(asked) {
    const { as } = asked
    const principal = "caller" in as ? as.caller.arn : actorArn(as)
    const call = newEventRecord(randomUUID(), { principal, sourceArn: as.onBehalfOf }, deps().clock.now())
    Object.assign(call, { service: asked.service, operation: asked.operation, status: 500 })
    try {
      const output = await perform(asked, call)
      call.status = 200
      return { is: "done", output: output as Readonly<Record<string, unknown>> }
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      const { code, message, status, because } = error
      Object.assign(call, { status, errorCode: code, errorMessage: error.logged ?? message, because })
      return { is: "refused", code, message, status }
    } finally {
      record(call)
    }
  }
}

function findOperation({ operations, known, service }: ServedService, name: string): ServedOperation {
  const operation = operations.get(name)
  if (operation) return operation
  throw known.has(name) ? notYet(service, name) : unknownOperation(service, name)
}

interface HandedOver {
  input: object
  /** The request that a client would have sent, as far as handlers look at it. */
  request: HttpRequest
  payload: Payload
}

/** In place of decoding: what streams is the body of the request, too. */
function handOver({ codec }: ServedOperation, asked: object): HandedOver {
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
