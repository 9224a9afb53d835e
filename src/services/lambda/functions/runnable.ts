import { hash } from "node:crypto"
import type { Deps } from "../../../call.ts"
import type { Reading, Store } from "../../../store/store.ts"
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
 * or the qualifier is not there. At once where it was asked for before, so that a warm invocation awaits nothing of the
 * store. `random` is in [0, 1).
 */
export function findRunnable(
  deps: Pick<Deps, "store" | "masterKey">,
  name: FunctionName,
  qualifier: string | undefined,
  random: () => number,
): Found<Target> {
  const { store } = deps
  const asked = qualifier ?? LATEST_NAME
  const complete = (known: Version | undefined): Found<Target> => {
    if (known && isSettled(known.body.progress)) return targetOf(deps, known)
    // What would be refused is looked at again: another node may have made it, or made it ready, a moment ago.
    return store
      .read(async (tx) => find(tx, COMMITTED, name, asked, random))
      .then((found) => found && targetOf(deps, found))
  }
  const known = find(store, CACHED, name, asked, random)
  return known instanceof Promise ? known.then(complete) : complete(known)
}

type Found<T> = T | undefined | Promise<T | undefined>
type Version = Omit<Target, "runnable">

/** Where records are looked up. */
interface Source<From> {
  record(from: From, name: FunctionName): Found<FunctionRecord>
  alias(from: From, functionId: string, name: string): Found<Alias>
  body(from: From, functionId: string, version: number): Found<VersionBody>
}

const CACHED: Source<Store> = { record: findFunction, alias: findAlias, body: findVersionBody }
const COMMITTED: Source<Reading> = { record: readFunction, alias: readAlias, body: readVersionBody }

function find<From>(
  from: From,
  source: Source<From>,
  name: FunctionName,
  qualifier: string,
  random: () => number,
): Found<Version> {
  return whenFound(source.record(from, name), (record) => {
    const number = versionNumber(qualifier)
    if (number !== undefined) return findVersion(from, source, record, number)
    return whenFound(source.alias(from, record.id, qualifier), (alias) =>
      findVersion(from, source, record, chooseVersion(alias, random)),
    )
  })
}

function findVersion<From>(from: From, source: Source<From>, record: FunctionRecord, version: number): Found<Version> {
  if (version < LATEST) return undefined
  return whenFound(source.body(from, record.id, version), (body) => ({ record, version, body }))
}

/** Goes on at once where what was looked up is there already. */
function whenFound<T, R>(found: Found<T>, then: (value: T) => Found<R>): Found<R> {
  if (found instanceof Promise) return found.then((value) => (value === undefined ? undefined : then(value)))
  return found === undefined ? undefined : then(found)
}

const targetOf = (deps: Pick<Deps, "masterKey">, { record, version, body }: Version): Target => ({
  record,
  version,
  body,
  runnable: runnableOf(deps, record, version, body),
})

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
