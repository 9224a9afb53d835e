import type { Writing } from "../../../store/store.ts"
import { newShortId } from "../ids.ts"
import { models } from "../models/record.ts"
import { resources } from "../resources/record.ts"

const schemaOf = (title: string, properties: object | undefined): string =>
  JSON.stringify(
    { $schema: "http://json-schema.org/draft-04/schema#", title, type: "object", ...(properties && { properties }) },
    undefined,
    2,
  )

/** What a new API has: recorded. */
export async function putDefaults(tx: Writing, restApiId: string, rootResourceId: string): Promise<void> {
  await resources.put(tx, restApiId, rootResourceId, { path: "/", methods: {} })
  const contentType = "application/json"
  await models.put(tx, restApiId, "Empty", {
    id: newShortId(),
    name: "Empty",
    description: "This is a default empty schema model",
    schema: schemaOf("Empty Schema", undefined),
    contentType,
  })
  await models.put(tx, restApiId, "Error", {
    id: newShortId(),
    name: "Error",
    description: "This is a default error schema model",
    schema: schemaOf("Error Schema", { message: { type: "string" } }),
    contentType,
  })
}
