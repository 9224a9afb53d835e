import { type Command, getCommand, greet, help } from "./cli/commands.ts"
import { CommandFailure } from "./cli/failure.ts"
import { version } from "./cli/version.ts"
import { ConfigError } from "./config.ts"
import { isStoreError } from "./store/errors.ts"

/** What is a command though it looks like a flag. */
const FLAGS: Readonly<Record<string, Command["run"]>> = {
  "--version": version.run,
  "-v": version.run,
  "--help": helpWith,
  "-h": helpWith,
  help: helpWith,
}

/** Exit codes: 0 done, 1 failed, 2 the command was given wrongly. */
export async function main(args: string[]): Promise<void> {
  const [name, ...rest] = args
  if (name === undefined) return greet()
  let speaker = "hallpass"
  try {
    const run = Object.hasOwn(FLAGS, name) ? FLAGS[name]! : getCommand(name).run
    speaker = `hallpass ${name}`
    await run(rest)
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof CommandFailure || isStoreError(error))) throw error
    console.error(`${speaker}: ${error.message}`)
    process.exitCode = error instanceof ConfigError ? 2 : 1
  }
}

/** `hallpass help explain` is `hallpass explain --help`. */
async function helpWith([name]: string[]): Promise<void> {
  if (name === undefined) return help()
  await getCommand(name).run(["--help"])
}

if (import.meta.main) await main(process.argv.slice(2))
