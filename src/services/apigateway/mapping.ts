import { badRequest } from "./errors.ts"
import type { Texts } from "./snapshot.ts"

/*
 * What may be mapped to what (Developer Guide, "API Gateway API request and response data mapping reference"). The texts were
 * recorded, or are quoted by many who met them.
 */

const invalid = (problems: string): Error =>
  badRequest(`Invalid mapping expression specified: Validation Result: warnings : [], errors : [${problems}]`)

const NAME = "[a-zA-Z0-9._$!#%&'*+^`|~-]+"
const METHOD_REQUEST = new RegExp(`^method\\.request\\.(header|querystring|path)\\.(${NAME})$`)
const METHOD_RESPONSE = new RegExp(`^method\\.response\\.header\\.(${NAME})$`)
const INTEGRATION_REQUEST = new RegExp(`^integration\\.request\\.(header|querystring|path)\\.(${NAME})$`)
const FROM_ANYWHERE = /^(?:'.*'|stageVariables\.[\w-]+|context\.[\w.-]+)$/s
const FROM_REQUEST = new RegExp(
  `^method\\.request\\.(header|multivalueheader|querystring|multivaluequerystring|path)\\.(${NAME})$`,
)
const FROM_BODY = /^(?:method\.request|integration\.response)\.body(?:\.|$|\[)/
const FROM_RESPONSE = new RegExp(`^integration\\.response\\.(?:header|multivalueheader)\\.${NAME}$`)

/** `requestParameters` of a method. */
export function assertRequestParameters(parameters: Readonly<Record<string, boolean>> = {}): void {
  const names = new Set<string>()
  for (const key of Object.keys(parameters)) {
    const [, place, name] = METHOD_REQUEST.exec(key) ?? []
    if (name === undefined) throw invalid(`Invalid mapping expression specified: ${key}`)
    const told = place === "header" ? name.toLowerCase() : name
    if (names.has(told)) throw badRequest("Parameter names must be unique across querystring, header and path")
    names.add(told)
  }
}

/** `responseParameters` of a method response. */
export function assertResponseParameters(parameters: Readonly<Record<string, boolean>> = {}): void {
  for (const key of Object.keys(parameters))
    if (!METHOD_RESPONSE.test(key)) throw invalid(`Invalid mapping expression specified: ${key}`)
}

/** `requestParameters` of an integration: what it takes from the request, the method declares. */
export function assertRequestMapping(mapping: Texts = {}, declared: Readonly<Record<string, boolean>> = {}): void {
  for (const [key, source] of Object.entries(mapping)) {
    if (!INTEGRATION_REQUEST.test(key)) throw invalid(`Invalid mapping expression specified: ${key}`)
    if (FROM_ANYWHERE.test(source) || FROM_BODY.test(source)) continue
    const [, place = "", name] = FROM_REQUEST.exec(source) ?? []
    if (name === undefined) throw invalid(`Invalid mapping expression specified: ${source}`)
    const single = `method.request.${place.replace("multivalue", "")}.${name}`
    if (!Object.hasOwn(declared, single)) throw invalid(`Invalid mapping expression parameter specified: ${source}`)
  }
}

/** `responseParameters` of an integration response: what it gives, the method response declares. */
export function assertResponseMapping(mapping: Texts = {}, declared: Readonly<Record<string, boolean>> = {}): void {
  for (const [key, source] of Object.entries(mapping)) {
    if (!METHOD_RESPONSE.test(key)) throw invalid(`Invalid mapping expression specified: ${key}`)
    if (!Object.hasOwn(declared, key)) throw invalid(`Invalid mapping expression parameter specified: ${key}`)
    if (!FROM_ANYWHERE.test(source) && !FROM_BODY.test(source) && !FROM_RESPONSE.test(source))
      throw invalid(`Invalid mapping expression specified: ${source}`)
  }
}

const CONTENT_TYPE = /^(?:\$default|[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+(?:\s*;.*)?)$/

/** Keys of templates and models. */
export function assertContentTypes(byType: Texts = {}): void {
  for (const type of Object.keys(byType))
    if (!CONTENT_TYPE.test(type))
      throw badRequest(`Validation Result: warnings : [], errors : [Invalid content type specified: ${type}]`)
}

/** Developer Guide, "Quotas": the size of a mapping template. UNVERIFIED text. */
const MOST_TEMPLATE_CHARACTERS = 300 * 1024

export function assertTemplates(templates: Texts = {}): void {
  assertContentTypes(templates)
  for (const template of Object.values(templates))
    if (template.length > MOST_TEMPLATE_CHARACTERS) throw badRequest("Mapping template exceeds the limit of 300 KB")
}
