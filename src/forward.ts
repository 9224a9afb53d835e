import { anonymousCaller } from "./authentication/authenticate.ts"
import type { Payload } from "./authentication/caller.ts"
import { actorArn, type RoleSource } from "./authorization/actors.ts"
import { type Call, createAuthorization } from "./authorization/authorize.ts"
import { NO_POLICIES } from "./authorization/policy-source.ts"
import { randomUUID } from "./base/random.ts"
import type { Deps } from "./call.ts"
import { type Catalogue, isPublic } from "./catalogue.ts"
import { type CallRecord, newEventRecord } from "./control/call-record.ts"
import { notServed } from "./operation-errors.ts"
import type { ServiceRequest } from "./peers.ts"
import { permit } from "./permit.ts"
import { route } from "./route.ts"
import { createSigners } from "./signers.ts"
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
  const signerFor = createSigners(deps, roles)
  let authorization: ReturnType<typeof createAuthorization> | undefined

  async function perform({ service: name, request, as }: ServiceRequest, record: CallRecord): Promise<HttpResponse> {
    const served = bySigningName.get(name)
    if (!served) throw notServed(name)
    const { service } = served
    const routed = await route(served, { ...request }, request.path, () => undefined, undefined)
    const { operation, parameters } = routed
    record.operation = operation.name
    const signed = await signerFor(as, service, record)
    service.assertAdmitted?.(signed.caller, operation.name)
    if (request.body.byteLength > operation.bodyBytes)
      throw new WireError("RequestEntityTooLarge", "The body of the request is too large.", { status: 413 })
    const payload: Payload = {
      body: request.body,
      contentLength: request.body.byteLength,
      isDelimited: true,
      trailers: {},
    }
    const input = operation.codec.decode({ ...request }, parameters)
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
    const may = authorization.of(service, operation.action, call, isOpen ? NO_POLICIES : signed.policies, record.judged)
    const act = await permit(operation, service, input, call, may, false)
    const response = operation.codec.encode((await act()) as object, {
      requestId: record.requestId,
      requestedType: request.headers["content-type"],
    })
    if (call.answer.status !== undefined) response.status = call.answer.status
    Object.assign(response.headers, call.answer.headers)
    return response
  }

  return async function forward(asked) {
    const { as, service } = asked
    const principal = "caller" in as ? as.caller.arn : actorArn(as)
    const call = newEventRecord(randomUUID(), { principal, sourceArn: as.onBehalfOf }, deps().clock.now())
    Object.assign(call, { service, status: 500 })
    try {
      const response = await perform(asked, call)
      call.status = response.status
      return response
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      const { code, message, status, because } = error
      Object.assign(call, { status, errorCode: code, errorMessage: error.logged ?? message, because })
      const served = bySigningName.get(service) ?? all[0]!
      return encodeError(served.service.protocol, error, { ...served.wire, requestId: call.requestId })
    } finally {
      record(call)
    }
  }
}
