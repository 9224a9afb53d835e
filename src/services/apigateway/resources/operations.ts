import {
  CreateResourceCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourcesCommand,
  UpdateResourceCommand,
} from "@aws-sdk/client-api-gateway"
import { operation } from "../../../operation.ts"
import { on } from "../access.ts"
import { badRequest, limitExceeded, resourceNotFound } from "../errors.ts"
import { newShortId } from "../ids.ts"
import { listRecords } from "../paging.ts"
import { applyPatch } from "../patch.ts"
import { getRestApi } from "../rest-apis/get.ts"
import { MOST_RESOURCES } from "./limits.ts"
import { getResource, type Resource, resources } from "./record.ts"
import { embeds, showResource } from "./show.ts"
import { assertPathPart, assertPlace, pathBelow, subtreeOf } from "./tree.ts"

const RESOURCE = "/restapis/{restApiId}/resources/{resourceId}"

export const CreateResource = operation(CreateResourceCommand, {
  access: on("POST", "/restapis/{restApiId}/resources/{parentId}"),
  async handle({ restApiId, parentId, pathPart }, context) {
    return context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const all = await resources.all(tx, restApiId)
      const parent = all.find(({ id }) => id === parentId)
      if (!parent) throw resourceNotFound()
      assertPathPart(pathPart)
      assertPlace(all, parent, pathPart, undefined)
      if (all.length >= MOST_RESOURCES) throw limitExceeded("resources", "API")
      const record: Resource = { parentId, pathPart, path: pathBelow(parent.record, pathPart), methods: {} }
      const id = newShortId()
      await resources.put(tx, restApiId, id, record)
      return showResource({ id, record }, false)
    })
  },
})

export const GetResource = operation(GetResourceCommand, {
  access: on("GET", RESOURCE),
  handle: ({ restApiId, resourceId: id, embed }, context) =>
    context.store.read(async (tx) => {
      await getRestApi(tx, context, restApiId)
      return showResource({ id, record: await getResource(tx, restApiId, id) }, embeds(embed, "methods"))
    }),
})

export const GetResources = operation(GetResourcesCommand, {
  access: on("GET", "/restapis/{restApiId}/resources"),
  handle: ({ restApiId, embed, ...asked }, context) =>
    context.store.read(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const { items, ...next } = await listRecords(tx, context.masterKey, resources, restApiId, asked)
      return { items: items.map((one) => showResource(one, embeds(embed, "methods"))), ...next }
    }),
})

/** With all below it. */
export const DeleteResource = operation(DeleteResourceCommand, {
  access: on("DELETE", RESOURCE),
  async handle({ restApiId, resourceId }, context) {
    await context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const { parentId } = await getResource(tx, restApiId, resourceId)
      // UNVERIFIED text.
      if (parentId === undefined) throw badRequest("Root resource cannot be deleted.")
      for (const { id } of subtreeOf(await resources.all(tx, restApiId), resourceId))
        await resources.remove(tx, restApiId, id)
    })
    return {}
  },
})

type Place = { parentId?: string; pathPart?: string }

/** What is below it moves with it. */
export const UpdateResource = operation(UpdateResourceCommand, {
  access: on("PATCH", RESOURCE),
  async handle({ restApiId, resourceId, patchOperations }, context) {
    return context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const record = await getResource(tx, restApiId, resourceId)
      const { parentId, pathPart } = applyPatch<Place>(
        { parentId: record.parentId, pathPart: record.pathPart },
        patchOperations,
        (["parentId", "pathPart"] as const).map((member) => ({
          path: `/${member}`,
          ops: ["replace"],
          apply(draft, { value }) {
            if (record.parentId === undefined) throw badRequest(`Root resource cannot update its ${member}.`)
            draft[member] = value ?? ""
          },
        })),
        "listed",
      )
      if (parentId === undefined || pathPart === undefined) return showResource({ id: resourceId, record }, false)
      assertPathPart(pathPart)
      const all = await resources.all(tx, restApiId)
      const parent = all.find(({ id }) => id === parentId)
      if (!parent) throw resourceNotFound()
      const moved = subtreeOf(all, resourceId)
      if (moved.includes(parent)) throw badRequest("Resources cannot be cyclical.")
      assertPlace(all, parent, pathPart, resourceId)
      const paths = new Map([[parentId, parent.record.path]])
      for (const one of moved) {
        const place = one.id === resourceId ? { parentId, pathPart } : {}
        const next: Resource = { ...one.record, ...place }
        next.path = pathBelow({ path: paths.get(next.parentId!)! }, next.pathPart!)
        paths.set(one.id, next.path)
        await resources.put(tx, restApiId, one.id, next)
      }
      return showResource({ id: resourceId, record: await getResource(tx, restApiId, resourceId) }, false)
    })
  },
})
