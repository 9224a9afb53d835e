import { createHmac, randomBytes } from "node:crypto"
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { MASTER_KEY_BYTES, MasterKey } from "./base/master-key.ts"
import { makePrivateDirectory as makeDirectory } from "./base/private-directory.ts"
import { type Config, ConfigError } from "./config.ts"

export interface RootCredentials {
  accessKeyId: string
  secretAccessKey: string
}

const MASTER_KEY_FILE = "master-key"

export interface LoadedMasterKey {
  masterKey: MasterKey
  /** Writes a key that is new where the next start finds it: before anything is sealed with it, and not sooner. */
  keep(): void
  /** Where it would have been found, of a key that is new. */
  missing?: string
}

/**
 * The master key: `HALLPASS_MASTER_KEY`, else the data directory's, made there the first time (mode 0600);
 * with `--memory` new each time.
 */
export function loadMasterKey({ masterKey, storage }: Config): LoadedMasterKey {
  const keep = () => {}
  if (masterKey !== undefined) return { masterKey: parseMasterKey(masterKey, "HALLPASS_MASTER_KEY"), keep }
  const bytes = randomBytes(MASTER_KEY_BYTES)
  if (storage.kind === "memory") return { masterKey: new MasterKey(bytes), keep }
  const file = join(storage.path, MASTER_KEY_FILE)
  if (existsSync(file)) return { masterKey: parseMasterKey(readPrivate(file).trim(), file), keep }
  return {
    masterKey: new MasterKey(bytes),
    missing: file,
    keep() {
      makePrivateDirectory(storage.path)
      writePrivate(file, `${bytes.toString("base64")}\n`)
    },
  }
}

/** `place` is where it is written. */
function parseMasterKey(text: string, place: string): MasterKey {
  const key = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, "hex") : Buffer.from(text, "base64")
  if (key.length === MASTER_KEY_BYTES) return new MasterKey(key)
  throw new ConfigError(`The master key in ${place} must be 32 bytes, in base64 or hexadecimal.`)
}

/**
 * The root credentials: as the environment gives them, else derived from the master key, so that every node that has
 * the one has the other.
 */
export function rootCredentials(config: Config, masterKey: MasterKey): RootCredentials {
  if (config.rootCredentials) return config.rootCredentials
  const derive = (what: string) => createHmac("sha256", masterKey.keyFor("root-credentials")).update(what).digest()
  return {
    accessKeyId: `AKIA${base32(derive("access key id")).slice(0, 16)}`,
    secretAccessKey: derive("secret access key").toString("base64").replace(/=+$/, "").slice(0, 40),
  }
}

const base32 = (bytes: Buffer): string =>
  [...bytes].map((byte) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[byte & 31]).join("")

export function makePrivateDirectory(path: string): void {
  try {
    makeDirectory(path)
  } catch (error) {
    throw new ConfigError(`The data directory ${path} cannot be made: ${(error as Error).message}.`)
  }
}

function readPrivate(file: string): string {
  try {
    return readFileSync(file, "utf8")
  } catch (error) {
    throw new ConfigError(`${file} cannot be read: ${(error as Error).message}.`)
  }
}

/** Written beside and renamed, so that nobody ever reads half a file; readable by its owner alone. */
export function writePrivate(file: string, text: string): void {
  const beside = `${file}.${process.pid}.new`
  try {
    rmSync(beside, { force: true })
    // Never through a link that somebody else put there.
    writeFileSync(beside, text, { mode: 0o600, flag: "wx" })
    chmodSync(beside, 0o600)
    renameSync(beside, file)
  } catch (error) {
    throw new ConfigError(`${file} cannot be written: ${(error as Error).message}.`)
  }
}
