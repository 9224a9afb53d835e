import { isIP } from "node:net"
import type { Deps } from "./call.ts"
import type { Catalogue, ServedService } from "./catalogue.ts"
import type { SiteHost } from "./site.ts"
import type { HttpRequest } from "./wire/http.ts"

/** A site of a service, and the path as the site reads it. */
export interface SiteTarget {
  served: ServedService
  path: string
  unnamed: false
  site: SiteHost
}

/** `<id>.<label>.<region>` of a service that has hosts of its own, below the server's own names or AWS's. */
export function findSite(
  labels: string | undefined,
  name: string,
  { path }: HttpRequest,
  catalogue: Catalogue,
): SiteTarget | undefined {
  const own = labels === undefined ? undefined : siteOf(labels, name, path, catalogue)
  if (own) return own
  const aws = catalogue.withSites.find(
    ({ service: { sites } }) => sites?.awsDomain && name.endsWith(`.${sites.awsDomain}`),
  )
  return aws && siteOf(name.slice(0, -aws.service.sites!.awsDomain!.length - 1), name, path, catalogue)
}

function siteOf(labels: string, name: string, path: string, catalogue: Catalogue): SiteTarget | undefined {
  const [id, label, region, ...more] = labels.split(".")
  const served = label === undefined ? undefined : catalogue.bySiteLabel.get(label)
  if (!served || !id || !region || more.length > 0) return undefined
  return { served, path, unnamed: false, site: { id, region, name } }
}

/** `/<prefix>/<region>/<id>/...` on the server's own host, for those who cannot resolve a name of the site's own. */
export function findSiteByPath({ path }: HttpRequest, name: string, catalogue: Catalogue): SiteTarget | undefined {
  // No other path begins so, and most requests are told apart by it.
  if (!path.startsWith("/_")) return undefined
  for (const served of catalogue.withSites) {
    const { pathPrefix } = served.service.sites!
    if (pathPrefix === undefined || !path.startsWith(pathPrefix)) continue
    const [region, id] = path.slice(pathPrefix.length).split("/", 2) as [string, string | undefined]
    const basePath = `${pathPrefix}${region}/${id ?? ""}`
    return {
      served,
      path: path.slice(basePath.length) || "/",
      unnamed: false,
      site: { id: id ?? "", region, name, basePath },
    }
  }
  return undefined
}

/** The site of a name that somebody has given to what is behind it. Asked of requests that name no service. */
export async function findNamedSite(
  { path }: HttpRequest,
  name: string,
  { catalogue, deps }: { catalogue: Catalogue; deps: Deps },
): Promise<SiteTarget | undefined> {
  // A name has a dot, an address none of its own: the server's own hosts are asked for nothing.
  if (!name.includes(".") || isIP(name) !== 0 || deps.endpoint.baseHosts.includes(name)) return undefined
  for (const served of catalogue.withSites) {
    const site = await served.service.sites!.findNamed?.(name, deps)
    if (site) return { served, path, unnamed: false, site }
  }
  return undefined
}
