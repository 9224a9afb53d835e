import {
  CreateDocumentationPartCommand,
  DeleteDocumentationPartCommand,
  GetDocumentationPartCommand,
  GetDocumentationPartsCommand,
  type DocumentationPart as Shown,
  UpdateDocumentationPartCommand,
} from "@aws-sdk/client-api-gateway"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { on } from "../access.ts"
import type { Stored } from "../collection.ts"
import { conflict, documentationPartNotFound, limitExceeded } from "../errors.ts"
import { newShortId } from "../ids.ts"
import { listPage } from "../paging.ts"
import { applyPatch, type Rule } from "../patch.ts"
import { getRestApi } from "../rest-apis/get.ts"
import { isId } from "../rest-apis/record.ts"
import { assertProperties, placeOf } from "./check.ts"
import { type DocumentationPart, documentationParts, MOST_PARTS } from "./record.ts"

const PARTS = "/restapis/{restApiId}/documentation/parts"
const PART = `${PARTS}/{documentationPartId}`

const AT_ONCE = 500

async function getPart(tx: Reading, restApiId: string, id: string): Promise<DocumentationPart> {
  const found = isId(id) ? await documentationParts.read(tx, restApiId, id) : undefined
  if (!found) throw documentationPartNotFound()
  return found
}

const show = (id: string, { location, properties }: DocumentationPart): Shown => ({
  id,
  location: location as NonNullable<Shown["location"]>,
  properties,
})

export const CreateDocumentationPart = operation(CreateDocumentationPartCommand, {
  access: on("POST", PARTS),
  async handle({ restApiId, location, properties }, context) {
    return context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      assertProperties(properties)
      const all = await documentationParts.all(tx, restApiId)
      // UNVERIFIED text.
      if (all.some(({ record }) => placeOf(record.location) === placeOf(location)))
        throw conflict(`Documentation part already exists for the specified location: type '${location.type}'.`)
      if (all.length >= MOST_PARTS) throw limitExceeded("documentation parts", "API")
      const record: DocumentationPart = { location, properties }
      const id = newShortId()
      await documentationParts.put(tx, restApiId, id, record)
      return show(id, record)
    })
  },
})

export const GetDocumentationPart = operation(GetDocumentationPartCommand, {
  access: on("GET", PART),
  handle: ({ restApiId, documentationPartId: id }, context) =>
    context.store.read(async (tx) => {
      await getRestApi(tx, context, restApiId)
      return show(id, await getPart(tx, restApiId, id))
    }),
})

/** UNVERIFIED: what a path that is asked for matches; here it and what is below it. Everything that is here is documented. */
export const GetDocumentationParts = operation(GetDocumentationPartsCommand, {
  access: on("GET", PARTS),
  handle: ({ restApiId, type, nameQuery, path, locationStatus, ...asked }, context) =>
    context.store.read(async (tx) => {
      await getRestApi(tx, context, restApiId)
      if (locationStatus === "UNDOCUMENTED") return { items: [] }
      const isWanted = ({ record: { location } }: Stored<DocumentationPart>): boolean =>
        (type === undefined || location.type === type) &&
        (nameQuery === undefined || (location.name ?? "").includes(nameQuery)) &&
        (path === undefined || (location.path ?? "/").startsWith(path))
      const list = `apigateway documentation-part ${JSON.stringify([restApiId, type, nameQuery, path])}`
      const { items, ...next } = await listPage(context.masterKey, list, asked, {
        async load(after, limit) {
          const found: Stored<DocumentationPart>[] = []
          for (let from = after; found.length < limit; ) {
            const some = await documentationParts.list(tx, restApiId, from, AT_ONCE)
            found.push(...some.filter(isWanted))
            if (some.length < AT_ONCE) break
            from = some.at(-1)!.id
          }
          return found
        },
        keyOf: ({ id }) => id,
      })
      return { items: items.map(({ id, record }) => show(id, record)), ...next }
    }),
})

/** API Reference, "Patch operations", UpdateDocumentationPart. */
const RULES: readonly Rule<DocumentationPart>[] = [
  {
    path: "/properties",
    ops: ["replace"],
    apply(draft, { value = "" }) {
      assertProperties(value)
      draft.properties = value
    },
  },
]

export const UpdateDocumentationPart = operation(UpdateDocumentationPartCommand, {
  access: on("PATCH", PART),
  async handle({ restApiId, documentationPartId: id, patchOperations }, context) {
    return context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const before = await getPart(tx, restApiId, id)
      const record = applyPatch<DocumentationPart>(before, patchOperations, RULES, "listed")
      await documentationParts.put(tx, restApiId, id, record)
      return show(id, record)
    })
  },
})

export const DeleteDocumentationPart = operation(DeleteDocumentationPartCommand, {
  access: on("DELETE", PART),
  async handle({ restApiId, documentationPartId: id }, context) {
    await context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      await getPart(tx, restApiId, id)
      await documentationParts.remove(tx, restApiId, id)
    })
    return {}
  },
})
