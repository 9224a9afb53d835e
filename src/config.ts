import { isIP } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { findNearest } from "./base/nearest.ts"
import type { Place } from "./bytes/place.ts"
import { readLoginEndpoints, readServiceEndpoints } from "./config-endpoints.ts"
import { ConfigError } from "./config-error.ts"

export { ConfigError }

/** Where the records are kept. */
export type Storage =
  | { kind: "directory"; path: string }
  | { kind: "memory" }
  | { kind: "database"; url: string; path: string }

/** Everything that can be set. This module is the only reader of flags and of the environment. */
export interface Config {
  host: string
  port: number
  region: string
  accountId: string
  storage: Storage
  /** Where the bytes of objects are kept. */
  objects: Place
  /** Where clients reach the server, when that is not where it listens. */
  publicUrl: string | undefined
  workers: number
  /** PEM files by which https is spoken; http where there are none. */
  tls: { certificate: string; key: string } | undefined
  /** `GET|POST /_hallpass/clock` is open. */
  clockControl: boolean
  rootCredentials: { accessKeyId: string; secretAccessKey: string } | undefined
  /** 32 bytes, base64 or hexadecimal. */
  masterKey: string | undefined
  /** Proxies (addresses) whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. */
  trustedProxies: readonly string[]
  /** Login providers that are reached elsewhere than their names say: `accounts.google.com` to `http://127.0.0.1:9000`. */
  loginEndpoints: Readonly<Record<string, string>>
  /** OpenID Connect issuers on this machine may be http and have a port. */
  allowHttpIssuers: boolean
  /** Where services are reached that this server has not, by their signing names: `sqs` to `http://127.0.0.1:9324`. */
  serviceEndpoints: Readonly<Record<string, string>>
  /** How functions of Lambda are run. */
  functions: FunctionsConfig
  /** How many times the usual rates strangers may call; 0 where they are not counted. */
  rateLimits: number
  log: "text" | "json" | "off"
}

export interface FunctionsConfig {
  /** Kept apart from the server and from each other; as the server's own user; or not at all. */
  mode: "sandboxed" | "unsandboxed" | "off"
  /** Where their code is unpacked: in a directory of its own that is made here. */
  directory: string
  /** Where interpreters are looked for: a PATH. */
  searchPath: string
}

export const START_FLAGS = {
  host: { type: "string" },
  port: { type: "string" },
  region: { type: "string" },
  "account-id": { type: "string" },
  "data-dir": { type: "string" },
  memory: { type: "boolean" },
  "database-url": { type: "string" },
  objects: { type: "string" },
  "public-url": { type: "string" },
  workers: { type: "string" },
  "tls-cert": { type: "string" },
  "tls-key": { type: "string" },
  "clock-control": { type: "boolean" },
  "trust-proxy": { type: "string", multiple: true },
  "login-endpoint": { type: "string", multiple: true },
  "allow-http-issuers": { type: "boolean" },
  "service-endpoint": { type: "string", multiple: true },
  functions: { type: "string" },
  "rate-limits": { type: "string" },
  log: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const

export const DEFAULT_PORT = 4566
export const DEFAULT_DATA_DIRECTORY = ".hallpass"

type Flags<O extends NonNullable<Parameters<typeof parseArgs>[0]>["options"]> = ReturnType<
  typeof parseArgs<{ options: NonNullable<O>; allowPositionals: true; args: string[] }>
>

/** Parses flags, with a message that a person can act on. */
export function parseFlags<const O extends NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>["options"]>>(
  args: string[],
  options: O,
): Flags<O> {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true }) as Flags<O>
  } catch (error) {
    const message = (error as Error).message.replace(/\. To specify.*/s, ".")
    const [, written] = /^Unknown option '--?([^']+)'/.exec(message) ?? []
    const nearest = written === undefined ? undefined : findNearest(written, Object.keys(options))
    throw new ConfigError(nearest === undefined ? message : `${message} Did you mean --${nearest}?`)
  }
}

/** What a command does not take is not silently passed over. */
export function assertNoMore(positionals: readonly string[]): void {
  if (positionals.length > 0) throw new ConfigError(`'${positionals[0]}' is one argument too many.`)
}

export function readConfig(args: string[], environment: NodeJS.ProcessEnv = process.env): Config {
  const { values, positionals } = parseFlags(args, START_FLAGS)
  if (positionals.length > 0) throw new ConfigError(`'${positionals[0]}' is not a flag of 'hallpass start'.`)
  const region = values.region ?? "us-east-1"
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region))
    throw new ConfigError(`--region '${region}' is not the name of a region.`)
  const accountId = values["account-id"] ?? "123456789012"
  if (!/^\d{12}$/.test(accountId)) throw new ConfigError(`--account-id '${accountId}' is not 12 digits.`)
  const storage = readStorage(values, environment)
  const host = values.host ?? "127.0.0.1"
  const trustedProxies = readProxies(values["trust-proxy"])
  const workers = parseWhole(values.workers, "--workers", 1, 1, 64)
  if (workers > 1 && storage.kind !== "database")
    throw new ConfigError("--workers needs --database-url: one process alone may write to a data directory.")
  return {
    host,
    port: parseWhole(values.port, "--port", DEFAULT_PORT, 0, 65535),
    region,
    accountId,
    storage,
    objects: readObjects(values, storage, region, environment),
    publicUrl: readPublicUrl(values["public-url"]),
    workers,
    tls: readTls(values["tls-cert"], values["tls-key"]),
    clockControl: values["clock-control"] ?? false,
    rootCredentials: readRootCredentials(environment),
    masterKey: environment.HALLPASS_MASTER_KEY || undefined,
    trustedProxies,
    loginEndpoints: readLoginEndpoints(values["login-endpoint"]),
    allowHttpIssuers: values["allow-http-issuers"] ?? false,
    serviceEndpoints: readServiceEndpoints(values["service-endpoint"]),
    functions: {
      mode: readFunctionsMode(values.functions),
      directory: tmpdir(),
      searchPath: environment.PATH ?? "",
    },
    rateLimits: readRateLimits(
      values["rate-limits"] ?? (environment.HALLPASS_RATE_LIMITS || undefined),
      isLoopback(host) && trustedProxies.length === 0,
    ),
    log: readLog(values.log),
  }
}

function readStorage(
  values: { memory?: boolean; "data-dir"?: string; "database-url"?: string },
  environment: NodeJS.ProcessEnv,
): Storage {
  const path = values["data-dir"] ?? DEFAULT_DATA_DIRECTORY
  const url = values["database-url"] ?? (values.memory ? undefined : environment.HALLPASS_DATABASE_URL)
  if (values.memory && (values["data-dir"] || url))
    throw new ConfigError("--memory keeps nothing, so it does not go with --data-dir or --database-url.")
  if (values.memory) return { kind: "memory" }
  if (url === undefined) return { kind: "directory", path }
  if (!/^postgres(ql)?:\/\//.test(url)) throw new ConfigError("--database-url must begin with postgres://.")
  // It may hold a password, so it is not told.
  if (!URL.canParse(url)) throw new ConfigError("--database-url is not a URL.")
  return { kind: "database", url, path }
}

/** `dir=PATH` or `s3=URL`; else where the records are. */
function readObjects(
  { objects: text }: { objects?: string },
  storage: Storage,
  region: string,
  environment: NodeJS.ProcessEnv,
): Place {
  if (text === undefined) {
    if (storage.kind === "memory") return storage
    return storage.kind === "database" ? { kind: "rows" } : { kind: "directory", path: join(storage.path, "objects") }
  }
  if (storage.kind === "memory") throw new ConfigError("--memory keeps nothing, so it does not go with --objects.")
  const [, kind, where] = /^(dir|s3)=(.+)$/.exec(text) ?? []
  if (where === undefined) throw new ConfigError(`--objects '${text}' is neither dir=PATH nor s3=URL.`)
  return kind === "dir" ? { kind: "directory", path: where } : readUpstream(where, region, environment)
}

/** Of a bucket by path. What the URL may hold beside that is not told: it may be a secret. */
function readUpstream(text: string, region: string, environment: NodeJS.ProcessEnv): Place {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const [, bucket, rest = ""] =
    /^\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([\w./-]*))?$/.exec(url?.pathname ?? "") ?? []
  if (!url || !/^https?:$/.test(url.protocol) || bucket === undefined || url.username || url.search || url.hash)
    throw new ConfigError("--objects s3=URL must be as s3=https://s3.eu-west-1.amazonaws.com/BUCKET/PREFIX.")
  const accessKeyId = environment.HALLPASS_OBJECTS_ACCESS_KEY_ID || undefined
  const secretAccessKey = environment.HALLPASS_OBJECTS_SECRET_ACCESS_KEY || undefined
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new ConfigError(
      "--objects s3=URL needs HALLPASS_OBJECTS_ACCESS_KEY_ID and HALLPASS_OBJECTS_SECRET_ACCESS_KEY.",
    )
  return {
    kind: "s3",
    url: new URL(url.origin),
    bucket,
    prefix: rest === "" || rest.endsWith("/") ? rest : `${rest}/`,
    region: environment.HALLPASS_OBJECTS_REGION || region,
    credentials: {
      accessKeyId,
      secretAccessKey,
      sessionToken: environment.HALLPASS_OBJECTS_SESSION_TOKEN || undefined,
    },
  }
}

function readTls(certificate: string | undefined, key: string | undefined): Config["tls"] {
  if (certificate === undefined && key === undefined) return undefined
  if (!certificate || !key) throw new ConfigError("--tls-cert and --tls-key go together: give both or none.")
  return { certificate, key }
}

function readPublicUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new ConfigError(`--public-url '${text}' is not an http or https URL.`)
  return text.replace(/\/+$/, "")
}

/** Addresses as `X-Forwarded-For` has them. */
function readProxies(texts: readonly string[] = []): string[] {
  return texts.map((text) => {
    if (isIP(text) === 0) throw new ConfigError(`--trust-proxy '${text}' is not an IP address, as in 10.0.0.7.`)
    return text.toLowerCase()
  })
}

function readFunctionsMode(text = "sandboxed"): FunctionsConfig["mode"] {
  if (text !== "sandboxed" && text !== "unsandboxed" && text !== "off")
    throw new ConfigError(`--functions '${text}' is none of sandboxed, unsandboxed and off.`)
  return text
}

function readRootCredentials(environment: NodeJS.ProcessEnv): Config["rootCredentials"] {
  const accessKeyId = environment.HALLPASS_ROOT_ACCESS_KEY_ID || undefined
  const secretAccessKey = environment.HALLPASS_ROOT_SECRET_ACCESS_KEY || undefined
  if (accessKeyId === undefined && secretAccessKey === undefined) return undefined
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new ConfigError(
      "HALLPASS_ROOT_ACCESS_KEY_ID and HALLPASS_ROOT_SECRET_ACCESS_KEY go together: set both or none.",
    )
  if (!/^\w{16,128}$/.test(accessKeyId))
    throw new ConfigError("HALLPASS_ROOT_ACCESS_KEY_ID must be 16 to 128 letters, digits or underscores.")
  if (secretAccessKey.length < 16)
    throw new ConfigError("HALLPASS_ROOT_SECRET_ACCESS_KEY must have at least 16 characters.")
  return { accessKeyId, secretAccessKey }
}

/** `on`, `off`, or how many times the usual rates. Whom nobody but this machine can reach need not count. */
function readRateLimits(text: string | undefined, isAlone: boolean): number {
  if (text === undefined) return isAlone ? 0 : 1
  if (text === "on") return 1
  if (text === "off") return 0
  const times = Number(text)
  if (!/^\d+(\.\d+)?$/.test(text) || times <= 0 || times > 1_000)
    throw new ConfigError(`--rate-limits '${text}' is neither on nor off, nor a number up to 1000.`)
  return times
}

const isLoopback = (host: string): boolean => /^(localhost|127(\.\d+){3}|::1)$/i.test(host)

function readLog(text: string | undefined): Config["log"] {
  if (text === undefined) return process.stdout.isTTY ? "text" : "json"
  if (text === "text" || text === "json" || text === "off") return text
  throw new ConfigError(`--log '${text}' is none of text, json and off.`)
}

export function parseWhole(
  text: string | undefined,
  name: string,
  otherwise: number,
  least: number,
  most: number,
): number {
  if (text === undefined) return otherwise
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw new ConfigError(`${name} '${text}' is not a whole number from ${least} to ${most}.`)
  return value
}

/** Whether output may be coloured: a terminal, and nobody asked for none (https://no-color.org). */
export const wantsColour = (stream: { isTTY?: boolean }): boolean => Boolean(stream.isTTY) && !process.env.NO_COLOR

/** What an AWS client would find in its environment. */
export const clientEnvironment = (): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(process.env).filter(([name, value]) => name.startsWith("AWS_") && value !== ""))

/** Where files that go with a running process are kept. */
export const runtimeDirectory = (): string => process.env.XDG_RUNTIME_DIR || process.env.TMPDIR || "/tmp"
