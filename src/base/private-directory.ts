import { existsSync, mkdirSync, statSync } from "node:fs"
import { dirname, resolve } from "node:path"

/**
 * Makes a directory for its owner alone, and those above it that are missing. One at a time: asked for all at once,
 * Node tries for ever where the system says that a directory is not there right after it was made, as below /proc.
 */
export function makePrivateDirectory(path: string): void {
  const missing: string[] = []
  for (let at = resolve(path); !existsSync(at); at = dirname(at)) missing.unshift(at)
  for (const one of missing) makeOne(one)
  if (!statSync(path).isDirectory()) throw new Error("something else is in its place")
}

function makeOne(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    // Another process may have been faster.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST" || !existsSync(path)) throw error
  }
}
