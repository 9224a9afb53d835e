import { join } from "node:path"
import type { Place } from "./bytes/place.ts"
import { ConfigError } from "./config-error.ts"

/** Where the records are kept. */
export type Storage =
  | { kind: "directory"; path: string }
  | { kind: "memory" }
  | { kind: "database"; url: string; path: string }

export const DEFAULT_DATA_DIRECTORY = ".hallpass"

export function readStorage(
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
export function readObjects(
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
