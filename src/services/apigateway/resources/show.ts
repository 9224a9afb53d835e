import type { Resource as Shown } from "@aws-sdk/client-api-gateway"
import { showMethod } from "../methods/show.ts"
import type { StoredResource } from "./record.ts"

/** `withMethods`: the request embeds them; else their names alone are told. */
export function showResource({ id, record }: StoredResource, withMethods: boolean): Shown {
  const { parentId, pathPart, path, methods } = record
  const names = Object.keys(methods)
  return {
    id,
    parentId,
    pathPart,
    path,
    ...(names.length > 0 && {
      resourceMethods: Object.fromEntries(names.map((name) => [name, withMethods ? showMethod(methods[name]!) : {}])),
    }),
  }
}

export const embeds = (embed: readonly string[] | undefined, what: string): boolean => embed?.includes(what) ?? false
