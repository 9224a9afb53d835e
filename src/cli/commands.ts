import { findNearest } from "../base/nearest.ts"
import { ConfigError } from "../config.ts"
import { clock } from "./clock.ts"
import { compact } from "./compact.ts"
import { decide } from "./decide.ts"
import { decisions } from "./decisions.ts"
import { doctor } from "./doctor.ts"
import { env } from "./env.ts"
import { explain } from "./explain.ts"
import { exportCommand } from "./export.ts"
import { identity } from "./identity.ts"
import { lint } from "./lint.ts"
import { outbox } from "./outbox.ts"
import { reset } from "./reset.ts"
import { start } from "./start.ts"
import { status } from "./status.ts"
import { stop } from "./stop.ts"
import { test } from "./test.ts"
import { users } from "./users.ts"
import { version } from "./version.ts"

export interface Command {
  /** One line for the list. */
  summary: string
  run(args: string[]): Promise<void>
}

export const commands: Readonly<Record<string, Command>> = {
  start,
  stop,
  status,
  env,
  doctor,
  explain,
  decisions,
  decide,
  test,
  lint,
  export: exportCommand,
  identity,
  users,
  outbox,
  clock,
  reset,
  compact,
  version,
}

/** What `hallpass` alone says. */
export function greet(): void {
  console.log(`Hallpass is an Amazon Cognito, IAM and STS of your own, with a policy engine that says why.
AWS's SDKs and CLI are its clients as they are. What AWS would refuse it refuses, in AWS's words.

  npx hallpass start                 run a server here (data in ./.hallpass)
  eval "$(npx hallpass env)"         in another terminal: point the AWS CLI and every SDK at it
  aws sts get-caller-identity        ask who you are
  npx hallpass explain               after a refusal: ask why

'npx hallpass start --memory' keeps nothing. 'npx hallpass help' lists all commands.`)
}

/** The command of this name; where there is none, which was meant. */
export function getCommand(name: string): Command {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command) return command
  const nearest = findNearest(name, Object.keys(commands))
  throw new ConfigError(
    `There is no command '${name}'.${nearest === undefined ? "" : ` Did you mean '${nearest}'?`} 'hallpass help' lists them.`,
  )
}

/** What `hallpass help` says. */
export function help(): void {
  const width = Math.max(...Object.keys(commands).map((name) => name.length))
  console.log(`hallpass COMMAND: a Cognito, IAM and STS of your own

${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`)
  .join("\n")}

'hallpass help COMMAND' says more. Exit codes: 0 done, 1 it could not be done, 2 wrongly given.

Example: npx hallpass start --memory`)
}
