import { isIP } from "node:net"
import type { Endpoint } from "../../../base/endpoint.ts"
import type { HttpRequest } from "../../../wire/http.ts"
import type { Domain } from "../domains/record.ts"
import { PATH_PREFIX } from "./path-prefix.ts"

/** A name or an address with its port, as a Host header has it; what looks otherwise is answered as the server calls itself. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i

/**
 * Where the caller has reached the server, as they see it, without a slash at the end. The public URL counts for its own host:
 * a proxy may speak TLS, and add a path, where the request that comes here has neither.
 */
export function originOf({ headers, secure }: Pick<HttpRequest, "headers" | "secure">, { url }: Endpoint): string {
  const { host } = headers
  if (
    host === undefined ||
    !HOST.test(host) ||
    !URL.canParse(`http://${host}`) ||
    host.toLowerCase() === new URL(url).host
  )
    return secure ? url.replace(/^http:/, "https:") : url
  return `${secure || url.startsWith("https:") ? "https" : "http"}://${host.toLowerCase()}`
}

/** The same for who came by AWS's name of the service, which nobody reaches but by TLS. */
export const apiOriginOf = (request: Pick<HttpRequest, "headers" | "secure">, endpoint: Endpoint): string => {
  const origin = originOf(request, endpoint)
  return nameOf(origin).endsWith(".amazonaws.com") ? origin.replace(/^http:/, "https:") : origin
}

const nameOf = (origin: string): string => new URL(origin).hostname

/**
 * Where a domain's endpoints are for somebody who has asked the server at `origin`. Whoever came by AWS's name of the service
 * can resolve AWS's name of the domain; a name of the pool's own is for those who came by the public URL's; everybody else
 * reaches the path form where they have reached the server.
 */
export function domainUrl(origin: string, { url }: Endpoint, { domain, region, kind }: Domain): string {
  const name = nameOf(origin)
  if (name.endsWith(".amazonaws.com"))
    return kind === "custom" ? `https://${domain}` : `https://${domain}.auth.${region}.amazoncognito.com`
  const isPublic = name === nameOf(url) && name !== "localhost" && isIP(name.replace(/^\[|\]$/g, "")) === 0
  return isPublic && kind === "custom" ? `https://${domain}` : `${origin}${PATH_PREFIX}${region}/${domain}`
}
