import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

/** Where a server keeps what its functions run from, for as long as it runs. */
export interface Directories {
  root: string
  /** Unpacked code, each in a directory of a name that cannot be guessed or listed. */
  code: string
  bootstraps: string
  /** Empty; the file systems of environments are put together on it. */
  mountPoint: string
  /** Of environments without a file system of their own. */
  temporary: string
}

const PREFIX = "hallpass-functions-"
/** Others may enter it and not list it: a function gets by to what it was told of. */
const ENTER_ONLY = 0o711

/** Those of this process: it may run several servers. */
const own = new Set<string>()

/** Makes the directories in `parent`, and removes those of servers that are no more. */
export function makeDirectories(parent: string): Directories {
  mkdirSync(parent, { recursive: true })
  sweep(parent)
  const root = mkdtempSync(join(parent, PREFIX))
  own.add(root)
  writeFileSync(join(root, "owner"), String(process.pid), { mode: 0o600 })
  chmodSync(root, ENTER_ONLY)
  const make = (name: string, mode: number) => {
    const path = join(root, name)
    mkdirSync(path)
    chmodSync(path, mode)
    return path
  }
  const bootstraps = make("runtime", 0o755)
  copyBootstraps(bootstraps)
  return {
    root,
    code: make("code", ENTER_ONLY),
    bootstraps,
    mountPoint: make("root", 0o755),
    temporary: make("tmp", ENTER_ONLY),
  }
}

/** When nothing runs from them any more. */
export function removeDirectories({ root }: Directories): void {
  rmSync(root, { recursive: true, force: true })
  own.delete(root)
}

/** The server's own files may lie where a function's user cannot come to. */
function copyBootstraps(to: string): void {
  const from = (folder: string) => fileURLToPath(new URL(folder, import.meta.url))
  cpSync(from("bootstrap"), to, { recursive: true })
  cpSync(from("sandbox"), to, { recursive: true, filter: (file) => !/\.(ts|js)$/.test(file) })
  for (const entry of readdirSync(to, { recursive: true, withFileTypes: true }))
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644)
}

function sweep(parent: string): void {
  for (const name of readdirSync(parent).filter((one) => one.startsWith(PREFIX))) {
    const path = join(parent, name)
    if (isAbandoned(path)) rmSync(path, { recursive: true, force: true })
  }
}

function isAbandoned(path: string): boolean {
  try {
    const stat = lstatSync(path)
    if (!stat.isDirectory() || stat.uid !== process.getuid?.()) return false
    const pid = Number(readFileSync(join(path, "owner"), "utf8"))
    // A process that has the number of one before it, as in a container, is another.
    return pid === process.pid ? !own.has(path) : !isAlive(pid)
  } catch {
    // Another server is making it, or removing it.
    return false
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"
  }
}
