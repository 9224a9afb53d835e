/** Where clients reach this server, and the names that tokens carry. */
export interface Endpoint {
  /** `http://127.0.0.1:4566`, or `--public-url`; no slash at the end. */
  url: string
  /** The host names under which `<bucket>.s3.<base>` and `<id>.lambda-url.<region>.<base>` are found; `localhost` is always one. */
  baseHosts: readonly string[]
  /** Whether user pools issue tokens under `url`, and not under AWS's names. */
  isIssuer: boolean
}

/** Where the host `<labels>.<base>` is reached: `http://abc.lambda-url.us-east-1.localhost:4566`. An address has no names below it. */
export function siteUrl({ url, baseHosts }: Endpoint, labels: string): string {
  const { protocol, port } = new URL(url)
  const base = baseHosts.find((host) => !/^[\d.]+$|^\[/.test(host)) ?? "localhost"
  return `${protocol}//${labels}.${base}${port && `:${port}`}`
}
