import type { CallContext, Deps } from "../../../call.ts"
import type { Site, SiteHost, Sites } from "../../../site.ts"
import { WireError } from "../../../wire/errors.ts"
import type { HttpRequest, HttpResponse } from "../../../wire/http.ts"
import { type Domain, findCustomDomain, findKnownDomain } from "../domains/record.ts"
import { findUserPool, type UserPool } from "../user-pools/record.ts"
import { HostedError } from "./errors.ts"
import { createHosted, type Handler, type HostedRoute } from "./hosted.ts"
import { PATH_PREFIX } from "./path-prefix.ts"
import { answerRefusal, refusalOf } from "./refuse.ts"
import { plainPage } from "./responses.ts"
import { ROUTES } from "./routes.ts"

/** Forms of pages and of programs. */
const BODY_BYTES = 16 * 1024

/**
 * The domains of user pools: `<prefix>.auth.<region>.amazoncognito.com`, the same below the server's own names, custom domains
 * by the name that a request is sent to, and `/_auth/<region>/<domain>/` on the server's own host.
 */
export const sites: Sites = {
  label: "auth",
  awsDomain: "amazoncognito.com",
  pathPrefix: PATH_PREFIX,
  async findNamed(name, { store }) {
    const domain = await findCustomDomain(store, name)
    return domain && { id: domain.domain, region: domain.region, name }
  },
  async open(host, request, deps) {
    const { pool, domain } = await getDomain(host, deps)
    const path = request.path.slice(host.basePath?.length ?? 0)
    const method = request.method === "HEAD" ? "GET" : request.method
    const route = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined
    const handler = method === "GET" || method === "POST" ? route?.[method] : undefined
    const operation = route ? `${route.name}_${method}` : "Hosted"
    return {
      operation,
      account: pool.account,
      region: pool.region,
      rate: `cognito-idp:${operation}`,
      bodyBytes: route?.bodyBytes ?? BODY_BYTES,
      ...(route?.crossOrigin && { preflight: preflightAnswer(route), addCrossOrigin }),
      handle: (asked, context) => handle({ host, pool, domain }, route, handler, asked, context),
    } satisfies Site
  },
}

async function getDomain(host: SiteHost, { store }: Deps): Promise<{ pool: UserPool; domain: Domain }> {
  const domain = await findKnownDomain(store, host.region, host.id)
  const pool = domain && (await findUserPool(store, domain.poolId))
  if (!pool)
    throw new WireError("ResourceNotFoundException", "No user pool has this domain.", {
      status: 404,
      because: { check: "domain of a user pool", expected: "one of CreateUserPoolDomain", found: host.id },
    })
  return { pool, domain }
}

async function handle(
  where: { host: SiteHost; pool: UserPool; domain: Domain },
  route: HostedRoute | undefined,
  handler: Handler | undefined,
  request: HttpRequest & { body: Uint8Array },
  context: CallContext,
): Promise<HttpResponse> {
  const hosted = createHosted(request, context, where)
  if (!handler) {
    const [status, sentence] = route
      ? ([405, "This method is not supported here."] as const)
      : ([404, "There is no such page."] as const)
    context.answer.refusal = new WireError(route ? "MethodNotAllowed" : "NotFound", sentence, { status })
    return plainPage(hosted, status, sentence)
  }
  try {
    return await handler(hosted)
  } catch (error) {
    if (error instanceof HostedError) return answerRefusal(hosted, error)
    if (error instanceof WireError) return answerRefusal(hosted, refusalOf(hosted, error, route?.json))
    throw error
  }
}

/** Programs in pages of any origin call these; the owner of the pool cannot change it. Source: "The token issuer endpoint". */
const OPEN = { "access-control-allow-origin": "*" }

const preflightAnswer =
  (route: HostedRoute) =>
  (request: HttpRequest): HttpResponse => ({
    status: 200,
    headers: {
      ...OPEN,
      "access-control-allow-methods": ["GET", "POST"].filter((method) => method in route).join(", "),
      "access-control-allow-headers": request.headers["access-control-request-headers"] ?? "*",
      "access-control-max-age": 86_400,
    },
    body: undefined,
  })

function addCrossOrigin(response: HttpResponse): void {
  Object.assign(response.headers, OPEN)
}
