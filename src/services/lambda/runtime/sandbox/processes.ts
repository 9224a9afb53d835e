import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync, statSync } from "node:fs"

const PROCESSES_AT_MOST = 2048
/** What Linux tells of a process's state is shorter. */
const STATUS = Buffer.alloc(8192)

/** The processes below a process, itself included, by what Linux tells of each. */
export function processesBelow(root: number): number[] {
  const found = [root]
  for (let at = 0; at < found.length && found.length < PROCESSES_AT_MOST; at++) found.push(...childrenOf(found[at]!))
  return found
}

/** The processes of these users: by user, for those whose parents may have left them. */
export function processesOf(users: ReadonlySet<number>): Map<number, number[]> {
  const found = new Map<number, number[]>()
  for (const name of list("/proc")) {
    const pid = Number(name)
    if (!Number.isInteger(pid)) continue
    const user = ownerOf(pid)
    if (user === undefined || !users.has(user)) continue
    const of = found.get(user)
    if (of) of.push(pid)
    else found.set(user, [pid])
  }
  return found
}

/** The first process of the namespace that `unshare` has made; undefined where it has not come as far. */
export const initBelow = (unshare: number): number | undefined =>
  Number(/^\d+/.exec(read(`/proc/${unshare}/task/${unshare}/children`))?.[0]) || undefined

/** Where the processes of a namespace, and no others, are listed; undefined while its first one still sees the machine's. */
export function listOfNamespace(init: number): string | undefined {
  const path = `/proc/${init}/root/proc`
  // This process is listed by the machine, and in no namespace of a function.
  return list(path).length > 0 && link(`${path}/self`) === "" ? path : undefined
}

/** The folders of the processes that are listed there. */
export const foldersIn = (path: string): string[] =>
  list(path).flatMap((name) => (isDigit(name.charCodeAt(0)) ? `${path}/${name}` : []))

export const folderOf = (pid: number): string => `/proc/${pid}`

/** In KiB: what is the processes' own, and what they share with files. */
export function memoryOf(folders: readonly string[]): { ownKibibytes: number; fileKibibytes: number } {
  let ownKibibytes = 0
  let fileKibibytes = 0
  for (const folder of folders) {
    const status = orElse(() => readStatus(`${folder}/status`), "")
    ownKibibytes += field(status, "RssAnon") + field(status, "RssShmem")
    fileKibibytes = Math.max(fileKibibytes, field(status, "RssFile"))
  }
  return { ownKibibytes, fileKibibytes }
}

/** Whether one of the processes has the socket open. */
export function holdsSocket(pids: readonly number[], inode: string): boolean {
  const wanted = `socket:[${inode}]`
  return pids.some((pid) => list(`/proc/${pid}/fd`).some((fd) => link(`/proc/${pid}/fd/${fd}`) === wanted))
}

function childrenOf(pid: number): number[] {
  const texts = list(`/proc/${pid}/task`).map((thread) => read(`/proc/${pid}/task/${thread}/children`))
  return texts.join(" ").split(" ").filter(Boolean).map(Number)
}

const field = (status: string, name: string): number => {
  const at = status.indexOf(`\n${name}:`)
  return at < 0 ? 0 : Number.parseInt(status.slice(at + name.length + 2, at + name.length + 20), 10) || 0
}

function list(path: string): string[] {
  return orElse(() => readdirSync(path), [])
}

/** Without what reading any file takes: it is done often. */
function readStatus(path: string): string {
  const file = openSync(path, "r")
  try {
    return STATUS.toString("latin1", 0, readSync(file, STATUS, 0, STATUS.length, 0))
  } finally {
    closeSync(file)
  }
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39

const read = (path: string): string => orElse(() => readFileSync(path, "latin1"), "")
const link = (path: string): string => orElse(() => readlinkSync(path), "")
const ownerOf = (pid: number): number | undefined => orElse(() => statSync(`/proc/${pid}`).uid, undefined)

/** A process may be gone at any moment. */
function orElse<T>(look: () => T, otherwise: T): T {
  try {
    return look()
  } catch {
    return otherwise
  }
}
