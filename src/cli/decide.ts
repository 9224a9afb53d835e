import { createReadStream } from "node:fs"
import { open } from "node:fs/promises"
import { ConfigError, parseFlags } from "../config.ts"
import { createAnswerer } from "../policy-tools/decide/answer-line.ts"
import { linesOf } from "../policy-tools/decide/lines.ts"

const HELP = `hallpass decide [FILE...]: put questions to the policy engine, one JSON object a line

Reads standard input where no file is named (or the file is -). A line holds the request and every policy that applies:

  {"id": 1,
   "policies": {"identity": [...], "resource": {...}, "resourcePolicyType": "trust" or "key",
                "grants": [...], "boundary": {...}, "session": [...], "scp": [[...], ...], "rcp": [[...], ...], "vpce": {...}},
   "request": {"principal": {"type": "user", "arn": "...", "account": "...", "roleArn": "...", "userArn": "..."},
               "action": "s3:GetObject", "resource": "arn:...", "resourceAccount": "...", "context": {"key": "value"}}}

(on one line), and is answered by a line in the same order:

  {"id": 1, "decision": "allow", "because": {"reason": "allowed"}, "statements": [...]}

decision is allow, implicit_deny or explicit_deny; statements are those that decided. 'policies' may leave out what there
is none of, and a policy may be its JSON text. A line that is no question is answered by {"id": ..., "error": "..."}, and
the exit code is then 1. --json changes nothing: it is JSON anyway.

Example: hallpass decide < questions.jsonl`

/** Answers are written in pieces of about this many characters. */
const PIECE = 64 * 1024

export const decide = {
  summary: "answer policy questions, one JSON line each",
  async run(args: string[]): Promise<void> {
    const { values, positionals } = parseFlags(args, {
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    })
    if (values.help) return console.log(HELP)
    const answer = createAnswerer()
    let understood = true
    for (const file of positionals.length > 0 ? positionals : ["-"]) {
      let written = ""
      for await (const lines of linesOf(await bytesOf(file))) {
        for (const line of lines) {
          const { text, understood: good } =
            typeof line === "string" ? answer(line) : { text: JSON.stringify(line), understood: false }
          understood &&= good
          written += `${text}\n`
          if (written.length < PIECE) continue
          if (!(await write(written))) return
          written = ""
        }
        // What is known is told before more is waited for.
        if (written && !(await write(written))) return
        written = ""
      }
    }
    if (!understood) process.exitCode = 1
  },
}

async function bytesOf(file: string): Promise<AsyncIterable<Uint8Array>> {
  if (file === "-") return process.stdin
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError(`${file} cannot be read (${error.code}).`)
  })
  if (!(await handle.stat()).isDirectory()) return createReadStream("", { fd: handle })
  await handle.close()
  throw new ConfigError(`${file} is a directory.`)
}

/** False where nobody reads any more (`| head`). */
function write(text: string): Promise<boolean> {
  return new Promise((resolve) => {
    process.stdout.once("error", () => resolve(false))
    process.stdout.write(text, (error) => {
      if (error) return resolve(false)
      process.stdout.removeAllListeners("error")
      resolve(true)
    })
  })
}
