import { findByPath } from "../mapping/find-by-path.ts"
import type { Exchange } from "../rest/exchange.ts"
import { compileSource } from "../value-source.ts"

/** Where a parameter of the integration's request is from; undefined where the call has none. */
export type RequestSource = (exchange: Exchange) => string | undefined

/** As everywhere, and `method.request.body[.{path}]`. */
export function compileRequestSource(text: string): RequestSource {
  const [whole, path] = /^method\.request\.body(?:\.(.+))?$/.exec(text) ?? []
  return whole === undefined ? compileSource(text) : ({ body }) => findByPath(body, path)
}
