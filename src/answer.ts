import { anonymousCaller, type authenticate, claimOf } from "./authentication/authenticate.ts"
import type { Caller, SignedCaller } from "./authentication/caller.ts"
import { missingToken, unknownKey } from "./authentication/errors.ts"
import { hoistHeaders } from "./authentication/hoisted-headers.ts"
import { authenticateForm } from "./authentication/post/authenticate.ts"
import type { SigningScope } from "./authentication/signing-scope.ts"
import { type Authorization, type Call, createAuthorization } from "./authorization/authorize.ts"
import { NO_POLICIES, type PolicySource } from "./authorization/policy-source.ts"
import { randomUUID } from "./base/random.ts"
import type { Deps } from "./call.ts"
import { type Catalogue, isPublic, prefixOf, type ServedOperation, type ServedService } from "./catalogue.ts"
import { type CallRecord, nameNotBuilt, newCallRecord } from "./control/call-record.ts"
import { findWelcome } from "./control/welcome.ts"
import { addCorsHeaders, preflight } from "./cors.ts"
import { type Foreign, refuseForeign } from "./foreign.ts"
import { hostOf, identify } from "./identify.ts"
import { findNamedSite } from "./identify-site.ts"
import { assertModestHead } from "./modest-head.ts"
import { bodyRefused, internalFailure, notServed, serviceUnavailable } from "./operation-errors.ts"
import { permit } from "./permit.ts"
import type { RateLimits } from "./rate-limits.ts"
import { findByForm, isForm, route, routeSite } from "./route.ts"
import type { Service } from "./service.ts"
import type { Site } from "./site.ts"
import { isStoreError } from "./store/errors.ts"
import { type BodyOnItsWay, BodyRefusal, readBody } from "./wire/body.ts"
import { decodeContent } from "./wire/content-encoding.ts"
import { WireError } from "./wire/errors.ts"
import type { HttpRequest, HttpResponse } from "./wire/http.ts"
import {
  BODY_NEEDED,
  encodeError,
  findRequestId,
  type ResponseMeta,
  type Parameters as RouteParameters,
} from "./wire/index.ts"

export interface AnswerParts {
  catalogue: Catalogue
  deps: Deps
  policySource: PolicySource
  findAccessKey: Parameters<typeof authenticate>[2]["findAccessKey"]
  /** Told of every caller that was authenticated, and the service that was called. */
  noteUse(caller: SignedCaller, service: string): void
  /** Asked of every call that needs no signature. */
  rates?: RateLimits
  /** Answers for `/_hallpass/`. */
  control(request: HttpRequest, requestId: string): Promise<HttpResponse>
  /** Told of every call when it has been answered. */
  record(record: CallRecord): void
  /** Told of errors that are ours. */
  onFault(error: unknown): void
}

/** The way that every request takes, from its first byte to its answer. */
export function createAnswer(parts: AnswerParts): (request: HttpRequest) => Promise<HttpResponse> {
  const { catalogue, deps } = parts
  const authorization = createAuthorization(
    catalogue.all.map(({ service }) => service),
    deps,
    parts.policySource,
  )

  const authentication = { ...deps, findAccessKey: parts.findAccessKey }

  return async function answer(request) {
    const requestId = randomUUID()
    if (request.path.startsWith("/_hallpass/")) return parts.control(request, requestId)
    const record = newCallRecord(requestId, request, deps.clock.now())
    let served = catalogue.fallback
    let path = request.path
    let response: HttpResponse
    let foreign: Foreign | undefined
    let site: Site | undefined
    const { body } = request
    /** Somebody may hold on to it for longer than until the answer. */
    let isBodyLent = false
    try {
      // Identify the service.
      let target = identify(request, catalogue, deps.endpoint.baseHosts)
      if ("unknown" in target) {
        foreign = target
        throw notServed(target.unknown, target.operation)
      }
      if (target.unnamed) target = (await findNamedSite(request, hostOf(request), parts)) ?? target
      ;({ served, path } = target)
      if (target.unnamed) {
        const page = await findPage(request, parts)
        if (page) return page
        if (isForm(request)) {
          served = catalogue.forms
          parts.rates?.assertAny(served.service.name, request.remoteAddress)
          served = (await findByForm(request, catalogue)) ?? catalogue.fallback
        }
      }
      record.service = served.service.name
      record.requestId = findRequestId(served.wire) ?? requestId
      assertModestHead(request, served)
      site = target.site && (await served.service.sites?.open(target.site, request, deps))
      if (site?.requestId !== undefined) record.requestId = site.requestId
      if (request.method === "OPTIONS" && (!site || site.preflight))
        return site?.preflight?.(request) ?? (await preflight(served, request, path, deps, record.requestId))

      // Route to the operation. A browser's form is handled as the request that it stands for.
      const { service } = served
      if (service.errors === "s3") hoistHeaders(request)
      const claiming = once(() => claimOf(request, site?.signed ?? signingScopeOf(service), authentication, path))
      const { operation, parameters, form } = site
        ? routeSite(site)
        : await route(served, request, path, claiming, parts.rates)
      const { request: asked, path: askedPath } = form ?? { request, path }
      const { codec, operation: definition } = operation
      record.operation = operation.name
      const isOpen = isPublic(definition)
      if (isOpen) parts.rates?.assert(operation.action, request.remoteAddress)

      // Authenticate: first what the head says, and the body after that, where the signature covers it. What is at hand is not
      // awaited, here and below: four times that would be a thirtieth of a short call.
      const claimed = isOpen || form ? undefined : claiming()
      const claim = claimed instanceof Promise ? await claimed : claimed
      if (!claim && !isOpen && !service.anonymous)
        throw site?.signed?.missing() ?? missingToken(service.errors, service.missingTokenText)
      // S3's signature covers what the body is said to be; it is held against that when it comes.
      const comesLast = codec.streamingInput !== undefined || service.errors === "s3"
      if (!comesLast) {
        const whole = readBody(asked.body, operation.bodyBytes)
        asked.body = whole instanceof Promise ? await whole : whole
      }
      const proven = claim?.prove(asked)
      const caller =
        proven?.caller ??
        (form ? await authenticateForm(form, service, authentication) : anonymousCaller(request, service))
      let policies = NO_POLICIES
      if (caller.kind !== "anonymous") {
        record.callerArn = caller.arn
        const found = parts.policySource.policiesOf(caller)
        policies = found instanceof Promise ? await found : found
        // UNVERIFIED: that sessions of a deleted role are unknown to GetCallerIdentity too, as a deleted user's keys are.
        if (policies.gone) throw unknownKey(service.errors, caller.accessKeyId)
        parts.noteUse(caller, prefixOf(service))
        service.assertAdmitted?.(caller, operation.name)
      }

      // Authorize before the body is taken, where the head of the request says enough.
      const call = contextOf(record.requestId, asked, caller, deps, site)
      const may = authorization.of(service, operation.action, call, policies, record.judged)
      let isAuthorized = typeof definition.access !== "function"
      if (comesLast && codec.streamingInput === undefined) {
        isAuthorized ||= await isAllowedByHead(operation, { ...asked, path: askedPath }, parameters, call, may)
        asked.body = await readBody(asked.body, operation.bodyBytes + FRAMING_BYTES)
        caller.payload = proven ? proven.payloadOf(asked) : anonymousCaller(asked, service).payload
        readBody(caller.payload.body, operation.bodyBytes)
      }

      // Decode.
      const encoding = served.wire.contentEncodings ? request.headers["content-encoding"] : undefined
      if (encoding !== undefined && caller.payload.body instanceof Uint8Array) {
        isBodyLent = true
        caller.payload.body = await decodeContent(caller.payload.body, encoding, operation.bodyBytes)
      }
      const input = codec.decode({ ...asked, path: askedPath, body: caller.payload.body }, parameters)

      // Validate and authorize.
      const permitted = permit(operation, service, input, call, may, isAuthorized)
      const act = permitted instanceof Promise ? await permitted : permitted

      // Handle and encode.
      isBodyLent = true
      const output = await act()
      response = codec.encode(output as object, metaOf(record, request))
      if (call.answer.status !== undefined) response.status = call.answer.status
      Object.assign(response.headers, call.answer.headers)
      if (call.answer.refusal) noteRefusal(record, call.answer.refusal)
      form?.answer(response)
    } catch (error) {
      response = refuse(error, served, record, parts, request, foreign ?? site)
    }
    // What may be seen across origins is not worth the answer: a failure to learn it leaves the headers out.
    if (site) site.addCrossOrigin?.(response, request)
    else if (request.headers.origin !== undefined)
      await addCorsHeaders(response, served.service, request, path, deps).catch(parts.onFault)
    if (!isBodyLent && "release" in body) (body as BodyOnItsWay).release()
    record.status = response.status
    parts.record(record)
    return response
  }
}

const signingScopeOf = (service: Service): SigningScope =>
  service.shares ? { ...service, name: service.shares.signingName } : service

/** What the framing of aws-chunked adds to a document: its chunks have at least 8 KiB. */
const FRAMING_BYTES = 64 * 1024

/**
 * Whether what the operation asks for could be told from the head of the request, and is allowed; false where the body
 * must be known. Throws the refusal.
 */
async function isAllowedByHead(
  { codec, operation: { access, admit } }: ServedOperation,
  request: HttpRequest,
  parameters: RouteParameters | undefined,
  call: Call,
  may: Authorization,
): Promise<boolean> {
  if (!codec.decodeHead || typeof access !== "function") return false
  try {
    const input = codec.decodeHead(request, parameters)
    await may.assertAll(access(input, call))
    await admit?.(input, { ...call, ...may.forHandlers })
    return true
  } catch (error) {
    if (error === BODY_NEEDED) return false
    throw error
  }
}

/** What is made when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

const metaOf = ({ requestId }: CallRecord, { headers }: HttpRequest): ResponseMeta => ({
  requestId,
  requestedType: headers["content-type"],
})

function contextOf(requestId: string, request: HttpRequest, caller: Caller, deps: Deps, site: Site | undefined): Call {
  const signed = caller.kind !== "anonymous"
  return {
    ...deps,
    requestId,
    request,
    caller,
    answer: { headers: {} },
    region: site?.region ?? (signed ? caller.region : deps.defaultRegion),
    account: signed ? caller.account : deps.defaultAccount,
  }
}

async function findPage(request: HttpRequest, { catalogue, deps }: AnswerParts): Promise<HttpResponse | undefined> {
  for (const { service } of catalogue.all) {
    const page = await service.pages?.(request, deps)
    if (page) return page
  }
  return findWelcome(request, deps)
}

/** The one place where an error becomes an answer. */
function refuse(
  error: unknown,
  served: ServedService,
  record: CallRecord,
  parts: AnswerParts,
  request: HttpRequest,
  elsewhere: Foreign | Site | undefined,
): HttpResponse {
  const wireError = asWireError(error, served.service, record, parts.onFault)
  noteRefusal(record, wireError)
  nameNotBuilt(record, wireError.because)
  const meta = { ...metaOf(record, request), head: record.method === "HEAD" }
  const response =
    elsewhere && "unknown" in elsewhere
      ? refuseForeign(request, elsewhere, wireError, meta)
      : (elsewhere?.refuse?.(wireError, record.requestId) ??
        encodeError(served.service.protocol, wireError, { ...served.wire, ...meta }))
  return Object.assign(response, { headers: { ...response.headers, ...wireError.headers } })
}

function noteRefusal(record: CallRecord, { code, message, logged, because }: WireError): void {
  record.errorCode = code
  record.errorMessage = logged ?? message
  record.because ??= because
}

function asWireError(
  error: unknown,
  service: Service,
  { operation }: CallRecord,
  onFault: (error: unknown) => void,
): WireError {
  if (error instanceof BodyRefusal) return bodyRefused(error, service, operation)
  if (error instanceof WireError) return error
  onFault(error)
  return isStoreError(error, "unavailable") ? serviceUnavailable(service) : internalFailure(service)
}
