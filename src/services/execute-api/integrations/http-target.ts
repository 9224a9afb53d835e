import type { Texts } from "../../apigateway/service.ts"
import { fillStageVariables } from "../stage-variables.ts"
import { misconfigured } from "./request-body.ts"

export interface HttpTarget {
  origin: string
  /** With the query that the URI has of its own; nothing of it is resolved or decoded. */
  path: string
}

/**
 * Where an integration's URI leads. What a caller has put into the path stays in the path: who is asked is decided by what was
 * configured, before anything is filled in.
 */
export function httpTarget(uri: string, variables: Texts | undefined, path: ReadonlyMap<string, string>): HttpTarget {
  const filled = fillStageVariables(uri, variables)
  const withScheme = /^https?:\/\//i.test(filled) ? filled : `http://${filled}`
  const [, origin, rest = ""] = /^(https?:\/\/[^/?#\\]+)([^#]*)/i.exec(withScheme) ?? []
  if (origin === undefined) throw misconfigured("the URL of a server", filled)
  const resource = fillPath(rest, path)
  return { origin, path: resource.startsWith("/") ? resource : `/${resource}` }
}

/** `{name}` by what the call has for it; where it has nothing, it stays. */
export const fillPath = (template: string, path: ReadonlyMap<string, string>): string =>
  visible(
    template.replace(/\{([^{}]+)\}/g, (whole, name: string) => segment(path.get(name.replace(/\+$/, ""))) ?? whole),
  )

/** What is filled in is no query. */
const segment = (value: string | undefined): string | undefined => value?.replace(/[?#]/g, encodeURIComponent)

/** What no request line can have is encoded; what is encoded already stays so. */
const visible = (path: string): string =>
  path.toWellFormed().replace(/[^\x21-\x7e]|["<>\\^`{|}#]/gu, (character) => encodeURIComponent(character))
