import { existsSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { assertNoMore, parseFlags } from "../config.ts"

const HELP = `hallpass version: which version this is

  --json            as JSON, with that of Node

Example: npx hallpass version`

export const version = {
  summary: "print the version",
  async run(args: string[]): Promise<void> {
    const { values, positionals } = parseFlags(args, {
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    })
    if (values.help) return console.log(HELP)
    assertNoMore(positionals)
    const found = findVersion()
    console.log(values.json ? JSON.stringify({ hallpass: found, node: process.versions.node }, null, 2) : found)
  },
}

/** Of the package that this file is in, built or not. */
export function findVersion(): string {
  for (let directory = import.meta.dirname; directory !== dirname(directory); directory = dirname(directory)) {
    const file = join(directory, "package.json")
    if (!existsSync(file)) continue
    const { name, version: found } = JSON.parse(readFileSync(file, "utf8")) as { name?: string; version?: string }
    if (name === "hallpass" && found !== undefined) return found
  }
  return "unknown"
}
