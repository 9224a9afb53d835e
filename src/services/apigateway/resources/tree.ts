import { badRequest, conflict } from "../errors.ts"
import type { Resource, StoredResource } from "./record.ts"

const isVariable = (pathPart: string): boolean => pathPart.startsWith("{")
const isGreedy = (pathPart: string): boolean => pathPart.endsWith("+}")

/** Of AWS's message; what names stand in braces may have is in the Developer Guide, "Set up a proxy resource". */
const PART = /^(?:[a-zA-Z0-9._:~$+*@%-]+|\{[a-zA-Z0-9._:-]+\+?\})$/

/** Quoted by many who met it. */
export function assertPathPart(pathPart: string): void {
  if (!PART.test(pathPart))
    throw badRequest(
      "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end.",
    )
}

export const pathBelow = (parent: Pick<Resource, "path">, pathPart: string): string =>
  `${parent.path === "/" ? "" : parent.path}/${pathPart}`

/** Throws where a resource may not be called so below its parent, beside those that are there. */
export function assertPlace(
  all: readonly StoredResource[],
  parent: StoredResource,
  pathPart: string,
  ownId: string | undefined,
): void {
  if (parent.record.pathPart !== undefined && isGreedy(parent.record.pathPart))
    throw badRequest(`Cannot create a child of a resource with a greedy path variable: ${parent.record.pathPart}`)
  const siblings = all.filter(({ id, record }) => record.parentId === parent.id && id !== ownId)
  if (siblings.some(({ record }) => record.pathPart === pathPart))
    throw conflict(`Another resource with the same parent already has this name: ${pathPart}`)
  const variable = siblings.find(({ record }) => isVariable(record.pathPart!))
  if (isVariable(pathPart) && variable)
    throw badRequest(
      `A sibling (${variable.record.pathPart}) of this resource already has a variable path part -- only one is allowed`,
    )
}

/** A resource and all below it. */
export function subtreeOf(all: readonly StoredResource[], id: string): StoredResource[] {
  const byParent = Map.groupBy(all, ({ record }) => record.parentId)
  const found = all.filter((one) => one.id === id)
  for (const one of found) found.push(...(byParent.get(one.id) ?? []))
  return found
}
