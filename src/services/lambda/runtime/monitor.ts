import { every } from "./alarm.ts"
import type { Environment } from "./environment.ts"
import { type Confinement, isMounted } from "./sandbox/confinement.ts"
import { bytesBelow } from "./sandbox/files.ts"
import {
  folderOf,
  foldersIn,
  initBelow,
  listOfNamespace,
  memoryOf,
  processesBelow,
  processesOf,
} from "./sandbox/processes.ts"

const LOOK_MILLISECONDS = 100
const MEBIBYTE = 1024 * 1024
/** Files are counted less often. */
const LOOKS_FOR_FILES = 10

/** Looks how much memory the environments that are at work take, ten times a second while there are any. */
export function createMonitor(confinement: Confinement) {
  const watched = new Set<Environment>()
  let stop: (() => void) | undefined
  let looks = 0
  /** Where the processes of an environment are listed, by the first one that it has now. */
  const lists = new WeakMap<Environment, { pid: number; path: string }>()

  function look(): void {
    if (!isMounted(confinement) && ++looks % LOOKS_FOR_FILES === 0) void lookAtFiles()
    lookAtMemory(watched)
  }

  function lookAtMemory(environments: Set<Environment>): void {
    // Whose parent has ended is found by its user alone, where there is no init that takes it over.
    const byUser = confinement === "users" ? processesOf(new Set([...environments].map(({ user }) => user))) : undefined
    for (const environment of environments) {
      const { pid, user } = environment
      if (pid === undefined) continue
      const list = isMounted(confinement) ? findList(environment, pid) : undefined
      const folders = list ? foldersIn(list) : (byUser?.get(user) ?? processesBelow(pid)).map(folderOf)
      const { ownKibibytes, fileKibibytes } = memoryOf(folders)
      environment.noteMemory(ownKibibytes, fileKibibytes)
    }
  }

  /** A list costs a tenth of going from parents to children. */
  function findList(environment: Environment, pid: number): string | undefined {
    const known = lists.get(environment)
    if (known?.pid === pid) return known.path
    const init = initBelow(pid)
    const path = init === undefined ? undefined : listOfNamespace(init)
    if (path !== undefined) lists.set(environment, { pid, path })
    return path
  }

  async function lookAtFiles(): Promise<void> {
    for (const environment of watched) {
      // A file of the whole size takes a little more: the file system's own.
      const atMost = (environment.target.ephemeralStorageMegabytes + 1) * MEBIBYTE
      if ((await bytesBelow(environment.temporary, atMost)) > atMost) environment.noteFull()
    }
  }

  return {
    /** It is at work, until `release`. */
    watch(environment: Environment): void {
      watched.add(environment)
      if (process.platform === "linux") stop ??= every(LOOK_MILLISECONDS, look)
    },
    release(environment: Environment): void {
      watched.delete(environment)
    },
    /** Looks at once: at what has begun, so that a function which ends between two looks is told of with what it took. */
    lookAt(environment: Environment): void {
      if (process.platform === "linux") lookAtMemory(new Set([environment]))
    },
    /** Nothing has been at work for a while. */
    rest(): void {
      if (watched.size > 0) return
      stop?.()
      stop = undefined
    },
  }
}
