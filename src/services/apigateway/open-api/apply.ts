import type { Deps } from "../../../call.ts"
import type { Writing } from "../../../store/store.ts"
import { assertAuthorizer, assertPools } from "../authorizers/check.ts"
import { authorizers } from "../authorizers/record.ts"
import type { Collection } from "../collection.ts"
import { badRequest, limitExceeded } from "../errors.ts"
import { gatewayResponses } from "../gateway-responses/record.ts"
import { newLongId, newShortId } from "../ids.ts"
import { assertIntegration } from "../integrations/check.ts"
import { assertResponseMapping, assertResponseParameters, assertTemplates } from "../mapping.ts"
import { assertMethod, assertModels } from "../methods/check.ts"
import { assertSchema } from "../models/check.ts"
import { models } from "../models/record.ts"
import { requestValidators } from "../request-validators/record.ts"
import { MOST_RESOURCES } from "../resources/limits.ts"
import { type Resource, resources } from "../resources/record.ts"
import { assertPathPart, assertPlace, pathBelow } from "../resources/tree.ts"
import type { Method } from "../snapshot.ts"
import type { Draft, DraftMethod } from "./draft.ts"

/** Writes what a definition makes of an API; what is not there yet is made, what is there takes its place. */
export async function applyDraft(
  tx: Writing,
  restApiId: string,
  draft: Draft,
  deps: Pick<Deps, "store">,
): Promise<void> {
  for (const [name, model] of draft.models) {
    const schema = model.schema?.replaceAll("/restapis/{api}/models/", `/restapis/${restApiId}/models/`)
    if (schema !== undefined) assertSchema(schema)
    const known = await models.read(tx, restApiId, name)
    await models.put(tx, restApiId, name, {
      ...model,
      ...(schema !== undefined && { schema }),
      id: known?.id ?? newShortId(),
    })
  }
  const validatorIds = await putNamed(tx, restApiId, requestValidators, draft.validators)
  for (const authorizer of draft.authorizers.values()) {
    assertAuthorizer({ ...authorizer, id: "" })
    await assertPools(deps, { ...authorizer, id: "" })
  }
  const authorizerIds = await putNamed(tx, restApiId, authorizers, draft.authorizers)
  for (const [type, response] of draft.gatewayResponses) {
    assertTemplates(response.responseTemplates)
    await gatewayResponses.put(tx, restApiId, type, response)
  }
  const tree = await openTree(tx, restApiId)
  for (const [path, methods] of draft.methods) {
    const place = tree.ensure(draft.basePath + path)
    for (const [verb, drafted] of methods) {
      const method = await settle(tx, restApiId, drafted, place.id, { authorizerIds, validatorIds })
      place.record = { ...place.record, methods: { ...place.record.methods, [verb]: method } }
    }
  }
  for (const { id, record } of tree.changed()) await resources.put(tx, restApiId, id, record)
}

/** All that an API is made of; its settings and stages stay. */
export async function clearParts(tx: Writing, restApiId: string): Promise<void> {
  for (const collection of [models, requestValidators, authorizers, gatewayResponses] as const)
    for (const { id } of await collection.all(tx, restApiId)) await collection.remove(tx, restApiId, id)
  for (const { id, record } of await resources.all(tx, restApiId)) {
    if (record.parentId === undefined) await resources.put(tx, restApiId, id, { ...record, methods: {} })
    else await resources.remove(tx, restApiId, id)
  }
}

/** The ids by the names. */
async function putNamed<T extends { id: string; name?: string }>(
  tx: Writing,
  restApiId: string,
  collection: Collection<T>,
  drafted: ReadonlyMap<string, Omit<T, "id">>,
): Promise<Map<string, string>> {
  const ids = new Map((await collection.all(tx, restApiId)).map(({ id, record }) => [record.name ?? id, id]))
  for (const [name, record] of drafted) {
    const id = ids.get(name) ?? newShortId()
    ids.set(name, id)
    await collection.put(tx, restApiId, id, { ...record, id } as T)
  }
  return ids
}

interface Ids {
  authorizerIds: ReadonlyMap<string, string>
  validatorIds: ReadonlyMap<string, string>
}

/** A method with the ids of what it names, and sound as one that PutMethod and its like make. */
async function settle(
  tx: Writing,
  restApiId: string,
  { authorizer, validator, ...drafted }: DraftMethod,
  resourceId: string,
  { authorizerIds, validatorIds }: Ids,
): Promise<Method> {
  const integration = drafted.methodIntegration
  const method: Method = {
    ...drafted,
    ...(authorizer !== undefined && { authorizerId: authorizerIds.get(authorizer)! }),
    ...(validator !== undefined && { requestValidatorId: validatorIds.get(validator) ?? unknownValidator(validator) }),
    ...(integration && {
      methodIntegration: { ...integration, cacheNamespace: integration.cacheNamespace || resourceId },
    }),
  }
  await assertMethod(tx, restApiId, method)
  if (method.methodIntegration) assertIntegration(method.methodIntegration, method)
  for (const response of Object.values(method.methodResponses ?? {})) {
    assertResponseParameters(response.responseParameters)
    await assertModels(tx, restApiId, response.responseModels)
  }
  for (const response of Object.values(method.methodIntegration?.integrationResponses ?? {})) {
    assertResponseMapping(
      response.responseParameters,
      method.methodResponses?.[response.statusCode]?.responseParameters,
    )
    assertTemplates(response.responseTemplates)
  }
  return method
}

/** UNVERIFIED text. */
function unknownValidator(name: string): never {
  throw badRequest(`Invalid Request Validator specified: ${name}`)
}

interface Place {
  id: string
  record: Resource
}

/** The resources of an API, to which paths are added. */
async function openTree(tx: Writing, restApiId: string) {
  const all: Place[] = (await resources.all(tx, restApiId)).map(({ id, record }) => ({ id, record }))
  const byPath = new Map(all.map((place) => [place.record.path, place]))
  const touched = new Set<Place>()
  function ensure(path: string): Place {
    const whole = path === "" ? "/" : path.replace(/(?<=.)\/+$/, "")
    const known = byPath.get(whole)
    if (known) {
      touched.add(known)
      return known
    }
    const at = whole.lastIndexOf("/")
    const [parent, pathPart] = [ensure(whole.slice(0, at) || "/"), whole.slice(at + 1)]
    assertPathPart(pathPart)
    assertPlace(all, parent, pathPart, undefined)
    if (all.length >= MOST_RESOURCES) throw limitExceeded("resources", "API")
    const record: Resource = { parentId: parent.id, pathPart, path: pathBelow(parent.record, pathPart), methods: {} }
    const place = { id: newLongId(), record }
    all.push(place)
    byPath.set(record.path, place)
    touched.add(place)
    return place
  }
  return { ensure, changed: () => touched }
}
