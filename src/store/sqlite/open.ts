import { closeSync, openSync, statSync } from "node:fs"
import { dirname } from "node:path"
import type { Clock } from "../../base/clock.ts"
import { makePrivateDirectory } from "../../base/private-directory.ts"
import { createCaches } from "../cache.ts"
import { isStoreError, refused, StoreError } from "../errors.ts"
import { assertNoOngoing, findOngoing } from "../ongoing.ts"
import { createSignals } from "../signals.ts"
import type { Migration, Reading, Store } from "../store.ts"
import { WORK_LIMIT_MILLISECONDS } from "../work-limit.ts"
import { Connection } from "./connection.ts"
import { lockDatabase, lockPathOf } from "./lock.ts"
import { assertOurs, migrate } from "./migrate.ts"
import { createSnapshotReads, createTurnReads } from "./reads.ts"
import { AUTO_VACUUM, cutLog, giveBackPages, LOG_BYTES } from "./tidy.ts"
import { createWriter } from "./writer.ts"

export interface SqliteOptions {
  /** A file, made where it is missing, directory and all; or `:memory:`, which leaves nothing behind. */
  path: string
  migrations: readonly Migration[]
  clock: Clock
  /** How long a `transact` may take before it is rolled back, in milliseconds. */
  workLimitMilliseconds?: number
}

export async function openSqliteStore(options: SqliteOptions): Promise<Store> {
  const isMemory = options.path === ":memory:"
  const unlock = isMemory ? () => {} : prepareFile(options.path)
  let connection: Connection | undefined
  try {
    connection = openWriting(options.path, isMemory)
    migrate(connection, options.migrations, options.clock)
    return createStore(options, connection, unlock)
  } catch (error) {
    connection?.close()
    unlock()
    if (!isStoreError(error, "unavailable")) throw error
    throw cannotBeUsed(options.path, error)
  }
}

/** Makes the file readable for its owner alone, and keeps other servers off it. */
function prepareFile(path: string): () => void {
  try {
    makePrivateDirectory(dirname(path))
    for (const file of [path, lockPathOf(path)]) closeSync(openSync(file, "a", 0o600))
  } catch (error) {
    throw refused(`the database file ${path} cannot be opened: ${(error as Error).message}`, error)
  }
  return lockDatabase(path)
}

function cannotBeUsed(path: string, error: StoreError): StoreError {
  const advice = /\bdisk\b/.test(error.message) ? ". Where its disk is full, make room on it and start again" : ""
  return refused(`the database file ${path} cannot be used: ${error.message}${advice}`, error)
}

function openWriting(path: string, isMemory: boolean): Connection {
  let connection: Connection | undefined
  try {
    connection = new Connection(path)
    assertOurs(connection)
    connection.exec(AUTO_VACUUM)
    // fullfsync: without it macOS leaves what was synced in the cache of the drive.
    if (!isMemory)
      connection.exec(
        `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA journal_size_limit = ${LOG_BYTES}`,
      )
    return connection
  } catch (error) {
    connection?.close()
    if (!(error instanceof StoreError)) throw error
    throw cannotBeUsed(path, error)
  }
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

function createStore(options: SqliteOptions, connection: Connection, unlock: () => void): Store {
  const { path, workLimitMilliseconds = WORK_LIMIT_MILLISECONDS } = options
  const isMemory = path === ":memory:"
  const read = <T>(work: (tx: Reading) => Promise<T>): Promise<T> => {
    const ongoing = findOngoing()
    return ongoing ? work(ongoing.tx) : reads.read(work)
  }
  const caches = createCaches(read)
  const reads = isMemory
    ? createTurnReads(connection, caches)
    : createSnapshotReads(() => new Connection(path, { readOnly: true }), caches)
  const signals = createSignals()
  const writer = createWriter(connection, reads, caches, signals, workLimitMilliseconds)
  let closing: Promise<void> | undefined

  return {
    isShared: false,
    settlingMilliseconds: 0,
    read,
    async transact(work) {
      assertNoOngoing()
      return writer.transact(work)
    },
    cache: caches.cache,
    onSignal: signals.listen,
    tidy: () =>
      writer.between(() => {
        const hasMore = giveBackPages(connection)
        if (!isMemory && !hasMore && reads.isIdle() && sizeOf(`${path}-wal`) > LOG_BYTES) cutLog(connection)
        return hasMore
      }),
    close() {
      closing ??= writer.close().then(() => {
        reads.close()
        connection.close()
        unlock()
      })
      return closing
    },
  }
}
