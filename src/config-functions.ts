import { realpathSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ConfigError } from "./config-error.ts"

/** How functions of Lambda are run. */
export interface FunctionsConfig {
  /** Kept apart from the server and from each other; as the server's own user; or not at all. */
  mode: "sandboxed" | "unsandboxed" | "off"
  /** Where their code is unpacked: in a directory of its own that is made here. */
  directory: string
  /** Where interpreters are looked for: a PATH. */
  searchPath: string
  /** A directory of modules for all of them: `node_modules` and `python` in it. */
  modules?: string
}

interface Flags {
  functions?: string | undefined
  "function-modules"?: string | undefined
}

export function readFunctions(flags: Flags, { PATH = "" }: NodeJS.ProcessEnv): FunctionsConfig {
  const modules = flags["function-modules"]
  return {
    mode: readMode(flags.functions),
    directory: tmpdir(),
    searchPath: PATH,
    ...(modules !== undefined && { modules: readModules(modules) }),
  }
}

function readMode(text = "sandboxed"): FunctionsConfig["mode"] {
  if (text !== "sandboxed" && text !== "unsandboxed" && text !== "off")
    throw new ConfigError(`--functions '${text}' is none of sandboxed, unsandboxed and off.`)
  return text
}

function readModules(path: string): string {
  if (![path, join(path, "node_modules"), join(path, "python")].some(isDirectory))
    throw new ConfigError(`--function-modules '${path}' is no directory.`)
  if (![join(path, "node_modules"), join(path, "python")].some(isDirectory))
    throw new ConfigError(
      `--function-modules '${path}' has neither node_modules (run 'npm install' in it) nor python (run 'pip install --target ${path}/python').`,
    )
  return realpathSync(path)
}

const isDirectory = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
