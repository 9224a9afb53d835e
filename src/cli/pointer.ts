import { existsSync, lstatSync, readFileSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import { runtimeDirectory } from "../config.ts"
import { makePrivateDirectory, writePrivate } from "../keys.ts"

/** What lies where commands look: the way to a server's door, and no secret. It goes with the process. */
export interface Pointer {
  pid: number
  door: string
}

const user = () => process.getuid?.() ?? 0

export const inDirectory = (path: string) => join(path, "server.json")
export const byPort = (port: number) => join(runtimeDirectory(), `hallpass-${user()}-${port}.json`)

/** For doors of servers that have no directory of their own, or one with a long name. */
export const doorDirectories = (): string[] =>
  [join(runtimeDirectory(), `hallpass-${user()}`), `/tmp/hallpass-${user()}`].filter(isMadePrivate)

export function writePointer(file: string, pointer: Pointer): void {
  writePrivate(file, `${JSON.stringify(pointer)}\n`)
}

/** Another server may have taken the place since: its pointer stays. */
export function removePointer(file: string, { door }: Pointer): void {
  if (readPointer(file)?.door === door) rmSync(file, { force: true })
}

export function readPointer(file: string): Pointer | undefined {
  if (!existsSync(file) || !(isPrivatePlace(file) || isOurs(file))) return undefined
  try {
    const pointer = JSON.parse(readFileSync(file, "utf8")) as Partial<Pointer>
    return typeof pointer.door === "string" ? (pointer as Pointer) : undefined
  } catch {
    return undefined
  }
}

/** Anybody may write where the files by port are: only what we wrote, and nobody else could have, is believed. */
function isOurs(file: string): boolean {
  if (process.getuid === undefined) return true
  const stats = lstatSync(file)
  return stats.isFile() && stats.uid === process.getuid() && (stats.mode & 0o077) === 0
}

const isPrivatePlace = (file: string) => dirname(file) !== runtimeDirectory()

/** A directory of ours that nobody else may enter; made where it is not there. */
function isMadePrivate(directory: string): boolean {
  try {
    makePrivateDirectory(directory)
    const stats = lstatSync(directory)
    return stats.isDirectory() && stats.uid === user() && (stats.mode & 0o077) === 0
  } catch {
    return false
  }
}
