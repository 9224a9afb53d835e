import type { HttpRequest } from "../../wire/http.ts"
import type { ServedDomain } from "../apigatewayv2/service.ts"

/** What a custom domain leads a request to. */
export interface DomainRoute {
  apiId: string
  /** Empty where the next segment of the path is to name it. */
  stageName: string
  /** Behind what was matched; begins with a slash. */
  path: string
  /** What was matched, without slashes at its ends. */
  basePath: string
}

/**
 * Developer Guide, "Routing rules" and "API mappings": the first rule by priority whose conditions all hold, then the mapping with the
 * longest key that the path begins with, whole segments alone; the domain says which of both count.
 */
export function routeDomain(
  { body, mappings, rules }: ServedDomain,
  path: string,
  request: HttpRequest,
): DomainRoute | undefined {
  if (body.RoutingMode !== "API_MAPPING_ONLY") {
    for (const { Conditions, Actions } of rules) {
      const basePath = matched(Conditions, path, request)
      const invoke = Actions[0]?.InvokeApi
      if (basePath === undefined || !invoke) continue
      const { ApiId = "", Stage = "", StripBasePath = false } = invoke
      return { apiId: ApiId, stageName: Stage, path: StripBasePath ? behind(path, basePath) : path, basePath }
    }
    if (body.RoutingMode === "ROUTING_RULE_ONLY") return undefined
  }
  let chosen: (typeof mappings)[number] | undefined
  for (const mapping of mappings)
    if (isBelow(path, mapping.ApiMappingKey) && mapping.ApiMappingKey.length >= (chosen?.ApiMappingKey.length ?? 0))
      chosen = mapping
  if (!chosen) return undefined
  const { ApiId, Stage, ApiMappingKey } = chosen
  return { apiId: ApiId, stageName: Stage, path: behind(path, ApiMappingKey), basePath: ApiMappingKey }
}

const isBelow = (path: string, base: string): boolean =>
  base === "" || path === `/${base}` || path.startsWith(`/${base}/`)

const behind = (path: string, base: string): string => (base === "" ? path : path.slice(base.length + 1) || "/")

/** The base path that was matched, empty where no condition asks for one; undefined where a condition does not hold. */
function matched(
  conditions: ServedDomain["rules"][number]["Conditions"],
  path: string,
  { headers }: HttpRequest,
): string | undefined {
  let base = ""
  for (const { MatchBasePaths, MatchHeaders } of conditions) {
    if (MatchBasePaths) {
      const found = MatchBasePaths.AnyOf?.find((one) => isBelow(path, one))
      if (found === undefined) return undefined
      base = found
    }
    if (
      MatchHeaders &&
      !MatchHeaders.AnyOf?.some(({ Header = "", ValueGlob = "" }) => isGlob(headers[Header.toLowerCase()], ValueGlob))
    )
      return undefined
  }
  return base
}

/** `*` stands for whatever there is, at the beginning, the end or both: `image*`. */
function isGlob(value: string | undefined, glob: string): boolean {
  if (value === undefined) return false
  const text = glob.replace(/^\*|\*$/g, "")
  const [open, close] = [glob.startsWith("*"), glob.length > 1 && glob.endsWith("*")]
  if (open && close) return value.includes(text)
  if (open) return value.endsWith(text)
  return close ? value.startsWith(text) : value === glob
}
