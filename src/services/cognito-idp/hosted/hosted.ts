import type { CallContext } from "../../../call.ts"
import type { SiteHost } from "../../../site.ts"
import type { HttpRequest, HttpResponse } from "../../../wire/http.ts"
import type { Domain } from "../domains/record.ts"
import type { UserPool } from "../user-pools/record.ts"
import { parseCookies } from "./cookies.ts"
import { originOf } from "./origin.ts"

/** One request to the browser-facing half of a pool, however the pool's domain was named. */
export interface Hosted {
  deps: CallContext
  pool: UserPool
  domain: Domain
  request: HttpRequest & { body: Uint8Array }
  /** Below the domain: `/oauth2/authorize`. */
  path: string
  query: URLSearchParams
  /** Of a POST with an urlencoded body. */
  form: URLSearchParams | undefined
  cookies: ReadonlyMap<string, string>
  /** Whether the browser came by TLS, as far as is known. */
  isSecure: boolean
  /** Where the domain begins, as the browser sees it: `https://my.auth.eu-west-1.example.com`, no slash at the end. */
  base: string
  /** The path of `base`: empty, or of the path form `/_auth/<region>/<domain>`. */
  basePath: string
  /** An absolute URL below the domain, as the browser sees it. Parameters that are undefined are left out. */
  url(path: string, parameters?: Parameters): string
  requestId: string
}

export type Parameters = URLSearchParams | Readonly<Record<string, string | undefined>>

export type Handler = (hosted: Hosted) => Promise<HttpResponse>

/** What answers under one path of the domain. */
export interface HostedRoute {
  /** As the log and `explain` call it, with the method behind it: `OAuth2_Authorize` makes `OAuth2_Authorize_GET`. */
  name: string
  GET?: Handler
  POST?: Handler
  /** The most bytes of a body; 16 KiB where not given. */
  bodyBytes?: number
  /** Whether pages of any origin may read the answer. */
  crossOrigin?: boolean
  /** Whether a refusal is JSON: for programs, and not for a browser's window. */
  json?: boolean
}

export function createHosted(
  request: HttpRequest & { body: Uint8Array },
  deps: CallContext,
  { host, pool, domain }: { host: SiteHost; pool: UserPool; domain: Domain },
): Hosted {
  const base = `${originOf(request, deps.endpoint)}${host.basePath ?? ""}`
  const { pathname, protocol } = new URL(base)
  const basePath = pathname.replace(/\/$/, "")
  const isSecure = protocol === "https:"
  return {
    deps,
    pool,
    domain,
    request,
    path: request.path,
    query: new URLSearchParams(request.query),
    form: formOf(request),
    cookies: parseCookies(request.headers.cookie, { isSecure, basePath }),
    isSecure,
    base,
    basePath,
    url: (path, parameters) => withParameters(`${base}${path}`, parameters),
    requestId: deps.requestId,
  }
}

const isForm = (type: string | undefined): boolean => /^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(type ?? "")

const formOf = ({ method, headers, body }: HttpRequest & { body: Uint8Array }): URLSearchParams | undefined =>
  method === "POST" && isForm(headers["content-type"])
    ? new URLSearchParams(Buffer.from(body).toString("utf8"))
    : undefined

/** The URL with the parameters behind those that it has. */
export function withParameters(url: string, parameters: Parameters = {}): string {
  const pairs =
    parameters instanceof URLSearchParams
      ? parameters
      : new URLSearchParams(
          Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined),
        )
  const text = pairs.toString()
  if (text === "") return url
  return `${url}${url.includes("?") ? "&" : "?"}${text}`
}
