import { ImportDocumentationPartsCommand } from "@aws-sdk/client-api-gateway"
import { DefinitionError, parseDocument } from "../../../open-api/index.ts"
import { operation } from "../../../operation.ts"
import { WireError } from "../../../wire/errors.ts"
import { on } from "../access.ts"
import { badRequest, limitExceeded } from "../errors.ts"
import { newShortId } from "../ids.ts"
import { getRestApi } from "../rest-apis/get.ts"
import { assertProperties, placeOf } from "./check.ts"
import { type DocumentationPart, documentationParts, type Location, MOST_PARTS } from "./record.ts"

const TYPES = new Set([
  "API",
  "AUTHORIZER",
  "MODEL",
  "RESOURCE",
  "METHOD",
  "PATH_PARAMETER",
  "QUERY_PARAMETER",
  "REQUEST_HEADER",
  "REQUEST_BODY",
  "RESPONSE",
  "RESPONSE_HEADER",
  "RESPONSE_BODY",
])

/** Recorded of what is no definition. */
const noImporter = () => badRequest("Unable to build importer with provided input.")

/** `x-amazon-apigateway-documentation` of a definition: its parts, whose properties are objects there. */
function partsOf(body: Uint8Array): unknown[] {
  let documentation: unknown
  try {
    documentation = parseDocument(body).root["x-amazon-apigateway-documentation"]
  } catch (error) {
    if (error instanceof DefinitionError) throw noImporter()
    throw error
  }
  const parts = (documentation as { documentationParts?: unknown } | null | undefined)?.documentationParts
  if (parts === undefined) return []
  if (!Array.isArray(parts)) throw noImporter()
  return parts
}

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined)

/** UNVERIFIED texts. */
function readPart(given: unknown): DocumentationPart {
  const { location, properties } = (typeof given === "object" && given !== null ? given : {}) as Record<string, unknown>
  const { type, ...place } = (typeof location === "object" && location !== null ? location : {}) as Record<
    string,
    unknown
  >
  if (typeof type !== "string" || !TYPES.has(type)) throw badRequest("Invalid location of a documentation part")
  const text = typeof properties === "string" ? properties : JSON.stringify(properties ?? null)
  assertProperties(text)
  const read: Location = { type }
  for (const name of ["path", "method", "statusCode", "name"] as const) {
    const value = textOf(place[name])
    if (value !== undefined) read[name] = value
  }
  return { location: read, properties: text }
}

/** What is wrong with one part is a warning, and the others are imported; with `failOnWarnings` none is. */
export const ImportDocumentationParts = operation(ImportDocumentationPartsCommand, {
  access: on("PUT", "/restapis/{restApiId}/documentation/parts"),
  async handle({ restApiId, mode = "merge", body, failOnWarnings }, context) {
    return context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const given = partsOf(body as Uint8Array)
      const before = await documentationParts.all(tx, restApiId)
      if (mode === "overwrite") for (const { id } of before) await documentationParts.remove(tx, restApiId, id)
      const idOf = new Map(mode === "overwrite" ? [] : before.map(({ id, record }) => [placeOf(record.location), id]))
      const ids: string[] = []
      const warnings: string[] = []
      for (const [i, one] of given.entries())
        try {
          const part = readPart(one)
          const place = placeOf(part.location)
          const id = idOf.get(place) ?? newShortId()
          if (!idOf.has(place) && idOf.size >= MOST_PARTS) throw limitExceeded("documentation parts", "API")
          idOf.set(place, id)
          await documentationParts.put(tx, restApiId, id, part)
          ids.push(id)
        } catch (error) {
          if (!(error instanceof WireError) || error.code !== "BadRequestException") throw error
          warnings.push(`Documentation part ${i + 1}: ${error.message}`)
        }
      if (failOnWarnings && warnings.length > 0) throw badRequest(warnings.join("; "))
      return { ids, warnings: warnings.length > 0 ? warnings : undefined }
    })
  },
})
