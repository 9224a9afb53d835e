/**
 * How execution environments are kept from the server and from each other:
 *
 * - `namespaces`: by root: each in mount, process and IPC namespaces of its own, as a user of its own, without privileges.
 * - `userNamespaces`: the same by somebody who is not root, in user namespaces; all as the one user, who sees no other's processes.
 * - `users`: by root where no namespace may be made (in most containers): each as a user of its own; what others may read
 *   of the machine, it may read.
 * - `none`: as the server's own user, who may read what the server may. For functions that are trusted like the server.
 */
export type Confinement = "namespaces" | "userNamespaces" | "users" | "none"

/** What an environment is made of. Paths are the server's. */
export interface Place {
  /** What is `/var/task`. */
  code: string
  /** What is `/opt`; undefined where the function has no layers. */
  layers: string | undefined
  /** Our bootstraps: what is `/var/runtime`. */
  bootstraps: string
  /** An empty directory, on which the file system of the environment is put together. */
  mountPoint: string
  /** What is `/tmp`, where it cannot be a file system of its own. */
  temporary: string
  temporaryMegabytes: number
  memoryMegabytes: number
  /** Of `namespaces` and `users`. */
  user: number
  /** Of `users`: beside the user's own, those that may read its code. */
  groups: readonly number[]
  /** Where the interpreter's library is, when that is not below `/usr`. */
  library: string | undefined
  /** Modules for all functions, in `node_modules` and `python`. */
  modules: string | undefined
}

/** Where the parts of an environment are for what runs in it. */
export interface Paths {
  task: string
  layers: string
  bootstraps: string
  temporary: string
  node: string
  modules: string | undefined
}

export const isMounted = (confinement: Confinement): boolean =>
  confinement === "namespaces" || confinement === "userNamespaces"

/** AWS's paths where there is a file system of its own, and else the directories themselves. */
export function pathsOf(confinement: Confinement, place: Place): Paths {
  if (isMounted(confinement))
    return {
      task: "/var/task",
      layers: "/opt",
      bootstraps: "/var/runtime",
      temporary: "/tmp",
      node: "/var/lang/bin/node",
      modules: place.modules && "/var/lang/modules",
    }
  return {
    task: place.code,
    layers: place.layers ?? "/opt",
    bootstraps: place.bootstraps,
    temporary: place.temporary,
    node: process.execPath,
    modules: place.modules,
  }
}
