import type { Place } from "./bytes/place.ts"
import { readDelivery } from "./config-delivery.ts"
import { readIntegrationTargets, readLoginEndpoints, readServiceEndpoints } from "./config-endpoints.ts"
import { ConfigError } from "./config-error.ts"
import { parseFlags, parseWhole, START_FLAGS } from "./config-flags.ts"
import { type FunctionsConfig, readFunctions } from "./config-functions.ts"
import {
  isLoopback,
  readIssuer,
  readProxies,
  readPublicUrl,
  readRateLimits,
  readTls,
  type TlsFiles,
} from "./config-network.ts"
import { readObjects, readStorage, type Storage } from "./config-storage.ts"
import type { DeliverySettings } from "./delivery/create-courier.ts"

export { ConfigError } from "./config-error.ts"
export { assertNoMore, parseFlags, parseWhole, START_FLAGS } from "./config-flags.ts"
export { DEFAULT_DATA_DIRECTORY, type Storage } from "./config-storage.ts"

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
  /** What user pools' tokens are issued under: AWS's name, or the public URL. */
  issuer: "aws" | "public-url"
  workers: number
  /** Http is spoken where there are none. */
  tls: TlsFiles | undefined
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
  /** Origins of servers on private addresses that APIs may have behind them: `http://10.0.0.5:8080`. */
  integrationTargets: readonly string[]
  /** How functions of Lambda are run. */
  functions: FunctionsConfig
  /** An extension: streams are not throttled, and accounts have no limits of shards. */
  unlimitedStreams: boolean
  /** By what messages leave the house. */
  delivery: DeliverySettings
  /** How many times the usual rates strangers may call; 0 where they are not counted. */
  rateLimits: number
  log: "text" | "json" | "off"
}

export const DEFAULT_PORT = 4566
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
    issuer: readIssuer(values.issuer),
    workers,
    tls: readTls(values["tls-cert"], values["tls-key"]),
    clockControl: values["clock-control"] ?? false,
    rootCredentials: readRootCredentials(environment),
    masterKey: environment.HALLPASS_MASTER_KEY || undefined,
    trustedProxies,
    loginEndpoints: readLoginEndpoints(values["login-endpoint"]),
    allowHttpIssuers: values["allow-http-issuers"] ?? false,
    serviceEndpoints: readServiceEndpoints(values["service-endpoint"]),
    integrationTargets: readIntegrationTargets(values["integration-target"]),
    functions: readFunctions(values, environment),
    unlimitedStreams: values["unlimited-streams"] ?? false,
    delivery: readDelivery(values, environment),
    rateLimits: readRateLimits(
      values["rate-limits"] ?? (environment.HALLPASS_RATE_LIMITS || undefined),
      isLoopback(host) && trustedProxies.length === 0,
    ),
    log: readLog(values.log),
  }
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

function readLog(text: string | undefined): Config["log"] {
  if (text === undefined) return process.stdout.isTTY ? "text" : "json"
  if (text === "text" || text === "json" || text === "off") return text
  throw new ConfigError(`--log '${text}' is none of text, json and off.`)
}

/** Whether output may be coloured: a terminal, and nobody asked for none (https://no-color.org). */
export const wantsColour = (stream: { isTTY?: boolean }): boolean => Boolean(stream.isTTY) && !process.env.NO_COLOR

/** What an AWS client would find in its environment. */
export const clientEnvironment = (): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(process.env).filter(([name, value]) => name.startsWith("AWS_") && value !== ""))

/** Where files that go with a running process are kept. */
export const runtimeDirectory = (): string => process.env.XDG_RUNTIME_DIR || process.env.TMPDIR || "/tmp"
