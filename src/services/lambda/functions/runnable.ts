import { hash } from "node:crypto"
import type { Deps } from "../../../call.ts"
import { type Alias, findAlias, readAlias } from "../aliases/record.ts"
import type { FunctionName } from "../arns.ts"
import type { RunnableFunction } from "../runtime/runtime.ts"
import { openVariables } from "./environment.ts"
import { findFunction, readFunction } from "./find.ts"
import { versionNumber } from "./qualifiers.ts"
import { type FunctionRecord, LATEST, LATEST_NAME, type VersionBody, versionName } from "./record.ts"
import { isSettled } from "./settle.ts"
import { findVersionBody, readVersionBody } from "./versions.ts"

/** What running a version needs to know of it, but for what each environment gets of its own. */
export type Runnable = Omit<RunnableFunction, "initializationType" | "credentials" | "decryptedEnvironment" | "onLog">

/** The version that an invocation is for. */
export interface Target {
  record: FunctionRecord
  /** 0 is `$LATEST`. */
  version: number
  body: VersionBody
  runnable: Runnable
}

/**
 * The version that a qualifier leads to: of an alias with weights it is drawn anew each time. Undefined where the function
 * or the qualifier is not there. In memory where it was asked for before, so that a warm invocation awaits nothing of the
 * store. `random` is in [0, 1).
 */
export async function findRunnable(
  deps: Pick<Deps, "store" | "masterKey">,
  name: FunctionName,
  qualifier: string | undefined,
  random: () => number,
): Promise<Target | undefined> {
  const { store } = deps
  const known = await find(name, qualifier ?? LATEST_NAME, random, {
    record: (asked) => findFunction(store, asked),
    alias: (functionId, alias) => findAlias(store, functionId, alias),
    body: (functionId, version) => findVersionBody(store, functionId, version),
  })
  // What would be refused is looked at again: another node may have made it, or made it ready, a moment ago.
  const found =
    known && isSettled(known.body.progress)
      ? known
      : await store.read((tx) =>
          find(name, qualifier ?? LATEST_NAME, random, {
            record: (asked) => readFunction(tx, asked),
            alias: (functionId, alias) => readAlias(tx, functionId, alias),
            body: (functionId, version) => readVersionBody(tx, functionId, version),
          }),
        )
  return found && { ...found, runnable: runnableOf(deps, found.record, found.version, found.body) }
}

type Found<T> = T | undefined | Promise<T | undefined>

/** Where records are looked up. */
interface Source {
  record(name: FunctionName): Found<FunctionRecord>
  alias(functionId: string, name: string): Found<Alias>
  body(functionId: string, version: number): Found<VersionBody>
}

async function find(
  name: FunctionName,
  qualifier: string,
  random: () => number,
  source: Source,
): Promise<Omit<Target, "runnable"> | undefined> {
  const found = source.record(name)
  const record = found instanceof Promise ? await found : found
  if (!record) return undefined
  let version = versionNumber(qualifier)
  if (version === undefined) {
    const named = source.alias(record.id, qualifier)
    const alias = named instanceof Promise ? await named : named
    if (!alias) return undefined
    version = chooseVersion(alias, random)
  }
  if (version < LATEST) return undefined
  const loaded = source.body(record.id, version)
  const body = loaded instanceof Promise ? await loaded : loaded
  return body && { record, version, body }
}

/** The main version, but for the share of calls that goes to another one. */
export const chooseVersion = ({ version, body: { additional } }: Alias, random: () => number): number =>
  additional && random() < additional.weight ? additional.version : version

/**
 * Of what an environment is made from. The revision is no measure: it also changes with a permission, a version that is
 * published and a state that is reached, none of which concerns what runs.
 */
function digestOf({ configuration, environment, encrypted, code, layers, lastModified }: VersionBody): string {
  const variables = environment ?? encrypted
  return hash("sha256", JSON.stringify([configuration, variables, code, layers, lastModified]), "base64url")
}

/** Kept as long as the version is: its variables are opened once. */
const runnables = new WeakMap<VersionBody, Runnable>()

function runnableOf(
  { masterKey }: Pick<Deps, "masterKey">,
  { id, account, region, name }: FunctionRecord,
  version: number,
  body: VersionBody,
): Runnable {
  const known = runnables.get(body)
  if (known) return known
  const { configuration, environment, code, layers } = body
  const runnable: Runnable = {
    id: `${id}/${version}/${digestOf(body)}`,
    account,
    region,
    name,
    version: versionName(version),
    runtime: configuration.Runtime!,
    handler: configuration.Handler!,
    code,
    layers: layers.map((layer) => layer.code),
    environment: environment === undefined ? {} : openVariables(masterKey, id, environment),
    timeoutSeconds: configuration.Timeout!,
    memoryMegabytes: configuration.MemorySize!,
    ephemeralStorageMegabytes: configuration.EphemeralStorage!.Size!,
    logFormat: configuration.LoggingConfig!.LogFormat!,
    ...(configuration.LoggingConfig!.ApplicationLogLevel && {
      applicationLogLevel: configuration.LoggingConfig!.ApplicationLogLevel,
    }),
    logGroup: configuration.LoggingConfig!.LogGroup!,
  }
  runnables.set(body, runnable)
  return runnable
}
