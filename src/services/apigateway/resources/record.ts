import type { Reading, Writing } from "../../../store/store.ts"
import { collection, type Stored } from "../collection.ts"
import { methodNotFound, resourceNotFound } from "../errors.ts"
import { isId } from "../rest-apis/record.ts"
import type { Method } from "../snapshot.ts"

/** A path of an API, with its methods: there are eight of them at most. */
export interface Resource {
  /** Not of the root. */
  parentId?: string
  pathPart?: string
  path: string
  methods: Readonly<Record<string, Method>>
}

/** Of an API, by their ids: 300 at most. */
export const resources = collection<Resource>("resource", { sized: true })

export type StoredResource = Stored<Resource>

/** The API is known to be there. */
export async function getResource(tx: Reading, restApiId: string, id: string): Promise<Resource> {
  const found = isId(id) ? await resources.read(tx, restApiId, id) : undefined
  if (!found) throw resourceNotFound()
  return found
}

export function getMethod({ methods }: Resource, httpMethod: string): Method {
  const found = Object.hasOwn(methods, httpMethod) ? methods[httpMethod] : undefined
  if (!found) throw methodNotFound()
  return found
}

export const putMethod = (
  tx: Writing,
  restApiId: string,
  { id, record }: StoredResource,
  method: Method,
): Promise<void> =>
  resources.put(tx, restApiId, id, { ...record, methods: { ...record.methods, [method.httpMethod]: method } })
