import { commands, greet, help } from "./cli/commands.ts"
import { CommandFailure } from "./cli/failure.ts"
import { ConfigError } from "./config.ts"
import { isStoreError } from "./store/errors.ts"

/** Exit codes: 0 done, 1 failed, 2 the command was given wrongly. */
export async function main(args: string[]): Promise<void> {
  const [name, ...rest] = args
  if (name === undefined) return greet()
  if (name === "--help" || name === "-h" || name === "help") return help()
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command === undefined) {
    console.error(`There is no command '${name}'. 'hallpass help' lists them.`)
    process.exitCode = 2
    return
  }
  try {
    await command.run(rest)
  } catch (error) {
    if (error instanceof ConfigError) {
      console.error(`hallpass ${name}: ${error.message}`)
      process.exitCode = 2
    } else if (error instanceof CommandFailure || isStoreError(error)) {
      console.error(`hallpass ${name}: ${error.message}`)
      process.exitCode = 1
    } else throw error
  }
}

if (import.meta.main) await main(process.argv.slice(2))
