import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { ConfigError } from "../config.ts"

export interface PolicyFile {
  file: string
  text: string
}

const FILES = /\.(?:json|ya?ml|template)$/i
const OF_OTHERS = /^(?:\..*|node_modules|cdk\.out|dist)$/
/** What a file must hold to be looked at where it was not named: every policy has them. */
const MARKS = [/["']?Statement["']?\s*:/, /["']?Effect["']?\s*:/]

/** The files that were named, and of directories those below that hold policies. `-` is standard input. */
export function readPolicyFiles(paths: readonly string[]): PolicyFile[] {
  return paths.flatMap((path) => {
    if (path === "-" || !isDirectory(path)) return [{ file: path, text: readFile(path) }]
    const found = filesBelow(path)
      .map((file) => ({ file, text: readFile(file) }))
      // Terraform's and others' have policies as texts, with quotes that are escaped.
      .filter(({ text }) => MARKS.every((mark) => mark.test(text.replaceAll("\\", ""))))
    if (found.length === 0)
      throw new ConfigError(`${path} has no file with a policy in it (.json, .yaml, .yml, .template).`)
    return found
  })
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(directory, entry.name)
      if (entry.isDirectory()) return OF_OTHERS.test(entry.name) ? [] : filesBelow(path)
      return entry.isFile() && FILES.test(entry.name) ? [path] : []
    })
}

const isDirectory = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

function readFile(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8")
  } catch (error) {
    throw new ConfigError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`)
  }
}
