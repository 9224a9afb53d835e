import { existsSync, statSync } from "node:fs"
import { join } from "node:path"
import { assertNoMore, parseFlags } from "../config.ts"
import { CommandFailure } from "./failure.ts"

const HELP = `hallpass compact: give back the space that a data directory no longer uses

  --data-dir PATH  the directory, of a server that does not run (./.hallpass)

A server gives space back by itself, a little at a time. A data directory that an older release has made
needs this once, which provides for it. It takes as much room again as the database has.

Example: hallpass compact --data-dir /var/lib/hallpass`

export const compact = {
  summary: "give back the space that a data directory no longer uses",
  async run(args: string[]): Promise<void> {
    const { values, positionals } = parseFlags(args, {
      "data-dir": { type: "string" },
      help: { type: "boolean", short: "h" },
    })
    if (values.help) return console.log(HELP)
    assertNoMore(positionals)
    const path = join(values["data-dir"] ?? ".hallpass", "hallpass.db")
    if (!existsSync(path)) throw new CommandFailure(`there is no database at ${path}`)
    const before = statSync(path).size
    const { compactDatabase } = await import("../store/sqlite/compact.ts")
    compactDatabase(path)
    console.log(`${path}: ${megabytes(before)} before, ${megabytes(statSync(path).size)} now.`)
  },
}

const megabytes = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(1)} MB`
