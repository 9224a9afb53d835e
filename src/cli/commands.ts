import { decide } from "./decide.ts"
import { env } from "./env.ts"
import { explain } from "./explain.ts"
import { identity } from "./identity.ts"
import { lint } from "./lint.ts"
import { outbox } from "./outbox.ts"
import { reset } from "./reset.ts"
import { start } from "./start.ts"

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
  lint,
  identity,
  outbox,
  reset,
}

/** What `hallpass` alone says. */
export function greet(): void {
  const width = Math.max(...Object.keys(commands).map((name) => name.length))
  console.log(`Hallpass: Cognito, IAM and STS of your own, and a policy engine that says why.

  npx hallpass start                 run the server (data in ./.hallpass)
  eval "$(npx hallpass env)"         point the AWS CLI and every SDK at it
  aws sts get-caller-identity        ask who you are

Commands ('hallpass <command> --help' says more):
${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`)
  .join("\n")}`)
}
