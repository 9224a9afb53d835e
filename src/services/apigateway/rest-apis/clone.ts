import type { Writing } from "../../../store/store.ts"
import { authorizers } from "../authorizers/record.ts"
import type { Collection } from "../collection.ts"
import { gatewayResponses } from "../gateway-responses/record.ts"
import { newShortId } from "../ids.ts"
import { models } from "../models/record.ts"
import { requestValidators } from "../request-validators/record.ts"
import { type Resource, resources } from "../resources/record.ts"
import type { Method } from "../snapshot.ts"

/** Copies what an API is made of to another, with ids of their own: `cloneFrom`. */
export async function cloneParts(tx: Writing, from: string, to: string, rootResourceId: string): Promise<void> {
  for (const { id, record } of await models.all(tx, from)) await models.put(tx, to, id, { ...record, id: newShortId() })
  for (const { id, record } of await gatewayResponses.all(tx, from)) await gatewayResponses.put(tx, to, id, record)
  const renamed = new Map<string, string>()
  await cloneNamed(tx, authorizers, from, to, renamed)
  await cloneNamed(tx, requestValidators, from, to, renamed)
  const all = await resources.all(tx, from)
  for (const { id, record } of all) renamed.set(id, record.parentId === undefined ? rootResourceId : newShortId())
  const newName = (id: string | undefined) => id && renamed.get(id)
  for (const { id, record } of all) {
    const methods = Object.entries(record.methods).map(([name, method]): [string, Method] => [
      name,
      {
        ...method,
        authorizerId: newName(method.authorizerId),
        requestValidatorId: newName(method.requestValidatorId),
        methodIntegration: method.methodIntegration && {
          ...method.methodIntegration,
          cacheNamespace: newName(method.methodIntegration.cacheNamespace) ?? method.methodIntegration.cacheNamespace,
        },
      },
    ])
    const copy: Resource = { ...record, parentId: newName(record.parentId), methods: Object.fromEntries(methods) }
    await resources.put(tx, to, renamed.get(id)!, copy)
  }
}

async function cloneNamed<T extends { id: string }>(
  tx: Writing,
  records: Collection<T>,
  from: string,
  to: string,
  renamed: Map<string, string>,
): Promise<void> {
  for (const { id, record } of await records.all(tx, from)) {
    const newId = newShortId()
    renamed.set(id, newId)
    await records.put(tx, to, newId, { ...record, id: newId })
  }
}
