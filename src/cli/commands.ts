import { compact } from "./compact.ts"
import { decide } from "./decide.ts"
import { env } from "./env.ts"
import { explain } from "./explain.ts"
import { exportCommand } from "./export.ts"
import { identity } from "./identity.ts"
import { lint } from "./lint.ts"
import { outbox } from "./outbox.ts"
import { reset } from "./reset.ts"
import { start } from "./start.ts"
import { test } from "./test.ts"

export interface Command {
  /** One line for the list. */
  summary: string
  run(args: string[]): Promise<void>
}

export const commands: Readonly<Record<string, Command>> = {
  start,
  env,
  explain,
  decide,
  test,
  lint,
  export: exportCommand,
  identity,
  outbox,
  reset,
  compact,
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

/** What `hallpass help` says. */
export function help(): void {
  const width = Math.max(...Object.keys(commands).map((name) => name.length))
  console.log(`hallpass COMMAND: a Cognito, IAM and STS of your own

${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`)
  .join("\n")}

'hallpass COMMAND --help' says more. Exit codes: 0 done, 1 it could not be done, 2 wrongly given.

Example: npx hallpass start --memory`)
}
