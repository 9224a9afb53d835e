import { anonymousCaller, authenticate } from "./authentication/authenticate.ts"
import type { Caller, SignedCaller } from "./authentication/caller.ts"
import { missingToken, unknownKey } from "./authentication/errors.ts"
import { hoistHeaders } from "./authentication/hoisted-headers.ts"
import { authenticateForm } from "./authentication/post/authenticate.ts"
import { type Call, createAuthorization } from "./authorization/authorize.ts"
import { NO_POLICIES, type PolicySource } from "./authorization/policy-source.ts"
import { randomUUID } from "./base/random.ts"
import type { CallContext, Deps } from "./call.ts"
import type { Catalogue, ServedOperation, ServedService } from "./catalogue.ts"
import { type CallRecord, nameNotBuilt, newCallRecord } from "./control/call-record.ts"
import { addCorsHeaders, preflight } from "./cors.ts"
import { findByAction, identify } from "./identify.ts"
import {
  bodyRefused,
  internalFailure,
  notServed,
  notYet,
  serviceUnavailable,
  unknownOperation,
} from "./operation-errors.ts"
import type { FormUpload, Service } from "./service.ts"
import { isStoreError } from "./store/errors.ts"
import { BodyRefusal, readBody } from "./wire/body.ts"
import { WireError } from "./wire/errors.ts"
import type { HttpRequest, HttpResponse } from "./wire/http.ts"
import { encodeError, parseTarget, type Parameters as RouteParameters } from "./wire/index.ts"

export interface AnswerParts {
  catalogue: Catalogue
  deps: Deps
  policySource: PolicySource
  findAccessKey: Parameters<typeof authenticate>[2]["findAccessKey"]
  /** Told of every caller that was authenticated, and the service that was called. */
  noteUse(caller: SignedCaller, service: string): void
  /** Answers for `/_hallpass/`. */
  control(request: HttpRequest, requestId: string): Promise<HttpResponse>
  /** Told of every call when it has been answered. */
  record(record: CallRecord): void
  /** Told of errors that are ours. */
  onFault(error: unknown): void
}

/** The largest body that is read whole. DynamoDB's BatchWriteItem takes 16 MiB; JSON escapes may double it. */
const BODY_LIMIT_BYTES = 34 * 1024 * 1024

/** The way that every request takes, from its first byte to its answer. */
export function createAnswer(parts: AnswerParts): (request: HttpRequest) => Promise<HttpResponse> {
  const { catalogue, deps } = parts
  const authorization = createAuthorization(
    catalogue.all.map(({ service }) => service),
    deps,
  )

  const authentication = { ...deps, findAccessKey: parts.findAccessKey }

  return async function answer(request) {
    const requestId = randomUUID()
    if (request.path.startsWith("/_hallpass/")) return parts.control(request, requestId)
    const record = newCallRecord(requestId, request, deps.clock.now())
    let served = catalogue.fallback
    let path = request.path
    let response: HttpResponse
    try {
      // Identify the service.
      const target = identify(request, catalogue, deps.endpoint.baseHosts)
      if ("unknown" in target) throw notServed(target.unknown)
      ;({ served, path } = target)
      if (target.unnamed) {
        const page = await findPage(request, parts)
        if (page) return page
        served = (await findByForm(request, catalogue)) ?? served
      }
      record.service = served.service.name
      if (request.method === "OPTIONS") return await preflight(served, request, path, deps, requestId)

      // Route to the operation. A browser's form is handled as the request that it stands for.
      if (served.service.errors === "s3") hoistHeaders(request)
      const { operation, parameters, form } = await route(served, request, path)
      const { request: asked, path: askedPath } = form ?? { request, path }
      const { codec, operation: definition } = operation
      record.operation = operation.name
      if (!codec.streamingInput) asked.body = await readBody(asked.body, BODY_LIMIT_BYTES)

      // Authenticate.
      const { service } = served
      const isOpen = definition.access === "public" || definition.access === "accessToken"
      const caller = isOpen
        ? anonymousCaller(request, service)
        : form
          ? await authenticateForm(form, service, authentication)
          : await authenticate(request, service, authentication, path)
      let policies = NO_POLICIES
      if (caller.kind !== "anonymous") {
        record.callerArn = caller.arn
        policies = await parts.policySource.policiesOf(caller)
        // UNVERIFIED: that sessions of a deleted role are unknown to GetCallerIdentity too, as a deleted user's keys are.
        if (policies.gone) throw unknownKey(service.errors, caller.accessKeyId)
        parts.noteUse(caller, service.name)
        service.assertAdmitted?.(caller, operation.name)
      } else if (!isOpen && !service.anonymous) throw missingToken(service.errors, service.missingTokenText)

      // Decode and validate.
      const input = codec.decode({ ...asked, path: askedPath, body: caller.payload.body }, parameters)
      const violations = operation.violations(input)
      if (violations !== undefined) throw new WireError(service.validationCode ?? "ValidationException", violations)

      // Authorize.
      const call = contextOf(requestId, asked, caller, deps)
      const may = authorization.of(service, operation.action, call, policies, record.judged)
      if (typeof definition.access === "function") await may.assertAll(definition.access(input, call))

      // Handle and encode.
      const context: CallContext = Object.assign(call, may.forHandlers)
      const output = await definition.handle(input, context)
      response = codec.encode(output as object, { requestId })
      if (context.answer.status !== undefined) response.status = context.answer.status
      Object.assign(response.headers, context.answer.headers)
      form?.answer(response)
    } catch (error) {
      response = refuse(error, served, record, parts)
    }
    // What may be seen across origins is not worth the answer: a failure to learn it leaves the headers out.
    if (request.headers.origin !== undefined)
      await addCorsHeaders(response, served.service, request, path, deps).catch(parts.onFault)
    record.status = response.status
    parts.record(record)
    return response
  }
}

function contextOf(requestId: string, request: HttpRequest, caller: Caller, deps: Deps): Call {
  const signed = caller.kind !== "anonymous"
  return {
    ...deps,
    requestId,
    request,
    caller,
    answer: { headers: {} },
    region: signed ? caller.region : deps.defaultRegion,
    account: signed ? caller.account : deps.defaultAccount,
  }
}

async function findPage(request: HttpRequest, { catalogue, deps }: AnswerParts): Promise<HttpResponse | undefined> {
  for (const { service } of catalogue.all) {
    const page = await service.pages?.(request, deps)
    if (page) return page
  }
  return undefined
}

/** An unsigned call of the query protocol names its operation in its form alone (`AssumeRoleWithWebIdentity`). */
async function findByForm(request: HttpRequest, catalogue: Catalogue): Promise<ServedService | undefined> {
  if (request.method !== "POST") return undefined
  if (!request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) return undefined
  request.body = await readBody(request.body, BODY_LIMIT_BYTES)
  const form = Buffer.from(request.body.buffer, request.body.byteOffset, request.body.byteLength).toString("latin1")
  const action = /(?:^|&)Action=(\w+)/.exec(form)?.[1]
  return action === undefined ? undefined : findByAction(action, form, catalogue)
}

interface Routed {
  operation: ServedOperation
  parameters: RouteParameters | undefined
  form?: FormUpload
}

/** The operation, and for the REST protocols what its route took from the path and the query. */
async function route(served: ServedService, request: HttpRequest, path: string): Promise<Routed> {
  const found = served.router?.match(request.method, path, request.query, request.headers)
  const name = served.router ? found?.target : await nameOf(served, request)
  const operation = name === undefined ? undefined : served.operations.get(name)
  if (operation) return { operation, parameters: found?.parameters }
  const form = name === undefined ? await served.service.findForm?.(request, path) : undefined
  if (form) return { ...(await route(served, form.request, form.path)), form }
  throw name !== undefined && served.known.has(name)
    ? notYet(served.service, name)
    : unknownOperation(served.service, name)
}

const nameOf = ({ service }: ServedService, request: HttpRequest) =>
  service.protocol === "awsQuery" ? actionOf(request) : parseTarget(request.headers["x-amz-target"])?.operation

async function actionOf(request: HttpRequest): Promise<string | undefined> {
  request.body = await readBody(request.body, BODY_LIMIT_BYTES)
  const form = Buffer.from(request.body.buffer, request.body.byteOffset, request.body.byteLength).toString("latin1")
  return (/(?:^|&)Action=(\w+)/.exec(form) ?? /(?:^|&)Action=(\w+)/.exec(request.query))?.[1]
}

/** The one place where an error becomes an answer. */
function refuse(error: unknown, served: ServedService, record: CallRecord, parts: AnswerParts): HttpResponse {
  const wireError = asWireError(error, served.service, parts.onFault)
  record.errorCode = wireError.code
  record.errorMessage = wireError.logged ?? wireError.message
  record.because ??= wireError.because
  nameNotBuilt(record, wireError.because)
  const response = encodeError(served.service.protocol, wireError, {
    ...served.wire,
    requestId: record.requestId,
    head: record.method === "HEAD",
  })
  return Object.assign(response, { headers: { ...response.headers, ...wireError.headers } })
}

function asWireError(error: unknown, service: Service, onFault: (error: unknown) => void): WireError {
  if (error instanceof BodyRefusal) return bodyRefused(error, service)
  if (error instanceof WireError) return error
  onFault(error)
  return isStoreError(error, "unavailable") ? serviceUnavailable(service) : internalFailure(service)
}
