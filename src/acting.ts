import { anonymousCaller } from "./authentication/authenticate.ts"
import type { Payload } from "./authentication/caller.ts"
import { actorArn, type RoleSource } from "./authorization/actors.ts"
import { type Call, createAuthorization } from "./authorization/authorize.ts"
import { NO_POLICIES } from "./authorization/policy-source.ts"
import { randomUUID } from "./base/random.ts"
import type { Deps } from "./call.ts"
import { type Catalogue, isPublic, type ServedOperation } from "./catalogue.ts"
import { type CallRecord, newEventRecord } from "./control/call-record.ts"
import type { ServiceCall } from "./peers.ts"
import { permit } from "./permit.ts"
import type { Service } from "./service.ts"
import { createSigners } from "./signers.ts"
import { WireError } from "./wire/errors.ts"
import type { HttpRequest } from "./wire/http.ts"

/** What an operation is given, in place of what a client would have sent. */
export interface HandedOver {
  input: object
  /** The request that a client would have sent, as far as handlers look at it. */
  request: HttpRequest
  payload: Payload
}

export interface Act {
  service: Service
  operation: ServedOperation
  as: ServiceCall["as"]
  /** Asked for when the principal is known and may use the operation at all. */
  handOver(): HandedOver
}

/** What came of it, and what the handler wants of the answer beside that. */
export interface Acted {
  output: unknown
  answer: Call["answer"]
}

/** Does an operation as a principal: the way of a request from who it is to its handler, and no way round it. */
export function createActing(
  { all }: Pick<Catalogue, "all">,
  deps: () => Deps,
  roles: RoleSource,
): (act: Act, record: CallRecord) => Promise<Acted> {
  const signerFor = createSigners(deps, roles)
  let authorization: ReturnType<typeof createAuthorization> | undefined
  return async ({ service, operation, as, handOver }, record) => {
    record.operation = operation.name
    const signed = await signerFor(as, service, record)
    service.assertAdmitted?.(signed.caller, operation.name)
    const { input, request, payload } = handOver()
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
      all.map((one) => one.service),
      deps(),
      roles,
    )
    const policies = isOpen ? NO_POLICIES : signed.policies
    const may = authorization.of(service, operation.action, call, policies, record.judged)
    const act = await permit(operation, service, input, call, may, false)
    return { output: await act(), answer: call.answer }
  }
}

/** Has something done as a principal and records it, whatever comes of it; refusals are made what the caller is told. */
export async function recorded<T>(
  { as, service, operation }: Pick<ServiceCall, "as" | "service"> & { operation?: string },
  { now, record }: { now: number; record(call: CallRecord): void },
  perform: (call: CallRecord) => Promise<T>,
  refused: (error: WireError, call: CallRecord) => T,
): Promise<T> {
  const principal = "caller" in as ? as.caller.arn : actorArn(as)
  const call = newEventRecord(randomUUID(), { principal, sourceArn: as.onBehalfOf }, now)
  Object.assign(call, { service, status: 500, ...(operation !== undefined && { operation }) })
  try {
    return await perform(call)
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    const { code, message, status, because } = error
    Object.assign(call, { status, errorCode: code, errorMessage: error.logged ?? message, because })
    return refused(error, call)
  } finally {
    record(call)
  }
}
