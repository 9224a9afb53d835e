/** Another service of AWS's, as an integration's URI names it (Developer Guide, "Integration URI"). */
export interface ServiceUri {
  region: string
  /** Signing name: `dynamodb`. */
  service: string
  /** Before the service's name: a bucket. */
  subdomain: string | undefined
  /** `action/PutItem` or `path/bucket/key`. */
  kind: "action" | "path"
  rest: string
}

/** `arn:aws:apigateway:{region}:{subdomain.service|service}:{path|action}/{service_api}`; undefined of anything else. */
export function parseServiceUri(uri: string): ServiceUri | undefined {
  const [, region, name = "", kind, rest = ""] =
    /^arn:aws[\w-]*:apigateway:([\w-]+):([\w.-]+):(action|path)\/(.*)$/s.exec(uri) ?? []
  if (region === undefined) return undefined
  const dot = name.lastIndexOf(".")
  return {
    region,
    service: name.slice(dot + 1),
    subdomain: dot < 0 ? undefined : name.slice(0, dot),
    kind: kind as ServiceUri["kind"],
    rest,
  }
}
