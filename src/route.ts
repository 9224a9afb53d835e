import type { Claimed } from "./authentication/authenticate.ts"
import { missingToken } from "./authentication/errors.ts"
import type { Catalogue, ServedOperation, ServedService } from "./catalogue.ts"
import { findByAction } from "./identify.ts"
import { notYet, unknownOperation } from "./operation-errors.ts"
import type { RateLimits } from "./rate-limits.ts"
import type { FormUpload } from "./service.ts"
import type { Site } from "./site.ts"
import { readBody } from "./wire/body.ts"
import { findFormValue } from "./wire/form-value.ts"
import type { HttpRequest, HttpResponse } from "./wire/http.ts"
import { limitsOf, parseTarget, type Parameters as RouteParameters } from "./wire/index.ts"

/** What a request asks for. */
export interface Routed {
  operation: ServedOperation
  /** Of the REST protocols: what the route took from the path and the query. */
  parameters: RouteParameters | undefined
  /** The form that the request is, where it is a browser's. */
  form?: FormUpload
}

/** The signature that the head of a request claims to have; looked at when it is first asked for. */
export type Claiming = () => Claimed | undefined | Promise<Claimed>

/** Finds the operation. A query call names it in its body, of which no more is read than somebody with this head may send. */
export async function route(
  served: ServedService,
  request: HttpRequest,
  path: string,
  claiming: Claiming,
  rates: RateLimits | undefined,
): Promise<Routed> {
  const found = served.router?.match(request.method, path, request.query, request.headers)
  const name = served.router ? found?.target : await nameOf(served, request, claiming, rates)
  const operation = name === undefined ? undefined : served.operations.get(name)
  if (operation) return { operation, parameters: found?.parameters }
  const form = name === undefined ? await served.service.findForm?.(request, path) : undefined
  if (form) return { ...(await route(served, form.request, form.path, claiming, rates)), form }
  throw name !== undefined && served.known.has(name)
    ? notYet(served.service, name)
    : unknownOperation(served.service, name)
}

/** A request to a host of a service's own, as the operation that it stands for. */
export const routeSite = (site: Site): Routed => ({
  parameters: undefined,
  operation: {
    name: site.operation,
    action: site.rate ?? "",
    bodyBytes: site.bodyBytes,
    violations: () => undefined,
    operation: {
      access: site.signed ? "anyPrincipal" : "public",
      handle: (request, context) => site.handle(request as HttpRequest & { body: Uint8Array }, context),
    },
    codec: {
      name: site.operation,
      protocol: "restJson1",
      decode: (request) => ({ ...request }),
      encode: (response) => response as HttpResponse,
    },
  },
})

function nameOf(
  served: ServedService,
  request: HttpRequest,
  claiming: Claiming,
  rates: RateLimits | undefined,
): string | undefined | Promise<string | undefined> {
  if (served.service.protocol === "awsQuery")
    return takeForm(served, request, claiming, rates).then((form) => actionOf(form, request.query))
  const header = request.headers["x-amz-target"]
  const target = parseTarget(header)
  // What is signed for the service and meant for another keeps its whole name.
  return target?.prefix === served.service.targetPrefix ? target?.operation : header
}

/** Whoever shows no good credentials may send what the operations take that ask for none. */
async function takeForm(
  served: ServedService,
  request: HttpRequest,
  claiming: Claiming,
  rates: RateLimits | undefined,
): Promise<Uint8Array> {
  const { service, publicBytes } = served
  if (request.body instanceof Uint8Array) return request.body
  let claim: Claimed | undefined
  let refusal: unknown
  try {
    claim = await claiming()
  } catch (error) {
    refusal = error
  }
  if (!claim && publicBytes === 0) throw refusal ?? missingToken(service.errors, service.missingTokenText)
  if (!claim) rates?.assertAny(service.name, request.remoteAddress)
  // Clients send the action first.
  const ofAction = (first: Uint8Array) => limitsOf(service.bodyLimits, actionOf(first, "") ?? "").bytes
  const taken = await readBody(request.body, claim ? ofAction : publicBytes)
  request.body = taken
  return taken
}

/** Of a form, or of the query where the form names none. */
const actionOf = (form: Uint8Array, query: string): string | undefined =>
  findFormValue(form, "Action", /^\w+/) ?? /(?:^|&)Action=(\w+)/.exec(query)?.[1]

/** An unsigned call of the query protocol (`AssumeRoleWithWebIdentity`) names its service and its operation in its form alone. */
export const isForm = ({ method, path, headers }: HttpRequest): boolean =>
  method === "POST" && path === "/" && /^application\/x-www-form-urlencoded\b/i.test(headers["content-type"] ?? "")

export async function findByForm(request: HttpRequest, catalogue: Catalogue): Promise<ServedService | undefined> {
  const form = await readBody(request.body, catalogue.forms.publicBytes)
  request.body = form
  const action = actionOf(form, "")
  return action === undefined ? undefined : findByAction(action, findFormValue(form, "Version", /^[\d-]+/), catalogue)
}
