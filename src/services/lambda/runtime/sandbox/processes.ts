import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs"

const PROCESSES_AT_MOST = 2048

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

/** In KiB: what is the processes' own, and what they share with files. */
export function memoryOf(pids: readonly number[]): { ownKibibytes: number; fileKibibytes: number } {
  let ownKibibytes = 0
  let fileKibibytes = 0
  for (const pid of pids) {
    const status = read(`/proc/${pid}/status`)
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
