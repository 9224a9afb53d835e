import { readFileSync } from "node:fs"
import { BoundedCache } from "../../base/bounded-cache.ts"
import { matchesGlob, parseGlob } from "../../policy/glob.ts"

/** An action of AWS. */
export interface Action {
  service: string
  name: string
  level: AccessLevel
  /** The ARN formats of the resources that it can be about; none for an action that is about `*` alone. */
  formats: readonly string[]
  /** The condition keys of its service that it can come with. */
  keys: readonly ConditionKey[]
}

export type AccessLevel = "read" | "list" | "write" | "tagging" | "permissions management"

export interface ConditionKey {
  /** As AWS writes it. A placeholder (`${TagKey}`) stands for any name. */
  name: string
  type: KeyType
  multivalued: boolean
}

export type KeyType = "String" | "ARN" | "Bool" | "Numeric" | "Date" | "IPAddress" | "Binary"

export interface Service {
  prefix: string
  /** Every ARN format of the service's resource types. */
  formats: readonly string[]
  /** By their names in lower case. */
  actions: ReadonlyMap<string, Action>
  keys: readonly ConditionKey[]
}

const LEVELS: Readonly<Record<string, AccessLevel>> = {
  R: "read",
  L: "list",
  W: "write",
  T: "tagging",
  P: "permissions management",
}

let file: { title: string; services: Map<string, string | Service> } | undefined

/** The text of each service, which is parsed when it is first asked for. */
function open(): NonNullable<typeof file> {
  if (file !== undefined) return file
  const [head, ...services] = readFileSync(new URL("./catalogue.txt", import.meta.url), "utf8").split(/^service /m)
  const named = services.map((text): [string, string] => [text.slice(0, text.indexOf("\n")), text])
  file = { title: head!.replace(/^# /, "").trim(), services: new Map(named) }
  return file
}

/** The day that the catalogue is of: `2026-09-26`. What is younger is not in it. */
export const catalogueDate = (): string => open().title.slice(-10)

export const servicePrefixes = (): readonly string[] => [...open().services.keys()]

/** By its prefix, in lower case. */
export function findService(prefix: string): Service | undefined {
  const { services } = open()
  const known = services.get(prefix)
  if (typeof known !== "string") return known
  const service = parseService(known)
  services.set(prefix, service)
  return service
}

function parseService(text: string): Service {
  const [prefix = "", ...lines] = text.trimEnd().split("\n")
  const types: string[][] = []
  const keys: ConditionKey[] = []
  const actions = new Map<string, Action>()
  for (const line of lines) {
    const [kind, ...parts] = line.split(" ")
    if (kind === "type") types.push(parts)
    else if (kind === "key") keys.push(keyOf(parts[1]!, parts[0]!))
    else {
      const [level, typePlaces, keyPlaces, ...names] = parts
      const alike = {
        service: prefix,
        level: LEVELS[level!]!,
        formats: at(types, typePlaces!).flat(),
        keys: at(keys, keyPlaces!),
      }
      for (const name of names) actions.set(name.toLowerCase(), { ...alike, name })
    }
  }
  return { prefix, formats: types.flat(), actions, keys }
}

const at = <T>(list: readonly T[], places: string): T[] =>
  places === "-" ? [] : places.split(",").map((place) => list[Number(place)]!)

function keyOf(name: string, type: string): ConditionKey {
  const multivalued = type.startsWith("ArrayOf")
  return { name, type: (multivalued ? type.slice("ArrayOf".length) : type) as KeyType, multivalued }
}

/** Policies repeat their patterns, and one of all services is long to match. */
const matched = new BoundedCache<string, readonly Action[]>(512)

/** The actions that a value of Action covers, of every service whose prefix it covers. */
export function actionsMatching(pattern: string): readonly Action[] {
  const lower = pattern.toLowerCase()
  const known = matched.find(lower) ?? matchActions(lower)
  matched.put(lower, known)
  return known
}

function matchActions(lower: string): Action[] {
  const [prefix = "", name] = lower === "*" ? ["*", "*"] : lower.split(":", 2)
  if (name === undefined) return []
  const prefixes = /[*?]/.test(prefix) ? matching(prefix, servicePrefixes()) : [prefix]
  return prefixes.flatMap((one) => {
    const service = findService(one)
    if (service === undefined) return []
    if (!/[*?]/.test(name)) return service.actions.get(name) ?? []
    return matching(name, [...service.actions.keys()]).map((key) => service.actions.get(key)!)
  })
}

function matching(pattern: string, names: readonly string[]): string[] {
  const glob = parseGlob(pattern)
  return names.filter((name) => matchesGlob(glob, name))
}
