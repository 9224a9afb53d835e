import type { Clock } from "../../base/clock.ts"
import type { TemplateOptions } from "../cloudformation/template.ts"
import { mapOf, readFields, textMapOf, textOf } from "../source/fields.ts"
import { itemsOf, SourceError, type SourceNode } from "../source/node.ts"
import { parseSource } from "../source/parse.ts"
import { type ReadFile, readPolicies, readText } from "./policies.ts"
import { readCases, readContext, readEndpoint } from "./read-cases.ts"
import { addTemplate } from "./read-template.ts"
import { readWorld } from "./read-world.ts"
import { type Check, runCase } from "./run-case.ts"
import { emptyWorld, type World } from "./world.ts"

/** What a file is run with besides itself. */
export interface Surroundings {
  clock: Clock
  /** Relative to the file. */
  readFile: ReadFile
  /** Adds what a running server has to the world. Asked where the file says `server: true`. */
  addServer(world: World): Promise<void>
  /** Values for templates, over those that the file gives. */
  template: TemplateOptions
}

const FIELDS = [
  "account",
  "region",
  "now",
  "server",
  "template",
  "policies",
  "roles",
  "groups",
  "users",
  "identity pools",
  "resources",
  "people",
  "when",
  "vpce",
  "cases",
] as const

/**
 * Runs the cases of a file, in their order.
 *
 * @throws {SourceError} where the file cannot be understood
 */
export async function runFile(text: string, surroundings: Surroundings): Promise<Check[]> {
  const file = readFields(parseSource(text), "a test file", FIELDS)
  const { template } = surroundings
  const optional = (name: string, otherwise: string): string => {
    const node = file.find(name)
    return node === undefined ? otherwise : textOf(node, `'${name}'`)
  }
  const world = emptyWorld(
    optional("account", template.account),
    optional("region", template.region),
    nowOf(file.find("now"), surroundings),
  )
  if (!/^\d{12}$/.test(world.account)) throw new SourceError(`'account' is '${world.account}', not 12 digits`, file.at)
  world.context = readContext(file.find("when"))

  const server = file.find("server")
  if (server !== undefined) {
    if (server.kind !== "scalar" || server.value !== true) throw new SourceError("'server' can only be true", server.at)
    await surroundings.addServer(world)
  }
  for (const node of itemsOf(file.find("template"))) addTemplateFile(node, world, surroundings)
  const policies = file.find("policies")
  const named = policies === undefined ? [] : mapOf(policies, "'policies'").entries
  const known = readPolicies(named, surroundings.readFile)
  readWorld(file, world, known)
  const vpce = file.find("vpce")
  if (vpce !== undefined) world.endpointPolicies = readEndpoint(vpce, known)
  return readCases(file.get("cases"), known).flatMap((one) => runCase(one, world))
}

function nowOf(node: SourceNode | undefined, { clock }: Surroundings): number {
  if (node === undefined) return clock.now()
  const time = Date.parse(textOf(node, "'now'"))
  if (Number.isNaN(time)) throw new SourceError("'now' is no time like 2026-01-31T12:00:00Z", node.at)
  return time
}

/** A path, or `{ file, parameters }`. */
function addTemplateFile(node: SourceNode, world: World, { readFile, template }: Surroundings): void {
  const fields = node.kind === "map" ? readFields(node, "'template'", ["file", "parameters"]) : undefined
  const pathNode = fields?.get("file") ?? node
  const path = textOf(pathNode, "'template'")
  const given = new Map([...Object.entries(textMapOf(fields?.find("parameters"), "'parameters'")), ...template.given])
  const text = readText(readFile, path, pathNode)
  try {
    addTemplate(parseSource(text), world, { account: world.account, region: world.region, given })
  } catch (error) {
    throw error instanceof SourceError ? new SourceError(error.message, error.at, path) : error
  }
}
