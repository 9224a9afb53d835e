/** Where clients reach this server, and the names that tokens carry. */
export interface Endpoint {
  /** `http://127.0.0.1:4566`, or `--public-url`; no slash at the end. */
  url: string
  /** The host names under which `<bucket>.s3.<base>` and `<prefix>.auth.<base>` are found; `localhost` is always one. */
  baseHosts: readonly string[]
}
