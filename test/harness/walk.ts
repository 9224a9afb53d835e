import { spawn } from "node:child_process"
import { readFileSync } from "node:fs"

/** A piece of a page that a reader does, in the page's order. */
export type Step =
  | { kind: "commands"; line: number; text: string; shown: string | undefined }
  | { kind: "server"; line: number; text: string }
  | { kind: "file"; line: number; name: string; text: string }

const FENCE = /^```([^\n]*)\n([\s\S]*?)^```$/gm

/**
 * What a page tells its reader to do: blocks of `sh walk` are typed, `sh server` is left running in another terminal,
 * `<language> <file name>` is saved. A block without any of these that follows commands at once is what they show.
 */
export function readWalk(page: string): Step[] {
  const text = readFileSync(page, "utf8")
  const steps: Step[] = []
  let end = 0
  for (const { 0: whole, 1: info, 2: body, index } of text.matchAll(FENCE)) {
    const line = text.slice(0, index).split("\n").length
    const between = text.slice(end, index).trim()
    end = index + whole.length
    const [language, name] = info!.split(" ")
    const last = steps.at(-1)
    if (info === "sh walk") steps.push({ kind: "commands", line, text: body!, shown: undefined })
    else if (info === "sh server") steps.push({ kind: "server", line, text: body! })
    else if (name !== undefined) steps.push({ kind: "file", line, name, text: body! })
    else if ((language === "" || language === "json") && last?.kind === "commands" && between === "") last.shown = body
  }
  return steps
}

/** What differs from one time to the next is replaced, and white space left out: pages wrap where lines are long. */
export function normalise(text: string): string {
  return (
    text
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<uuid>")
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
      // Request ids, as S3 and DynamoDB have them.
      .replace(/(<time> +)[A-Z0-9]{16,52}\b/g, "$1<id>")
      .replace(/\b(us-east-1_)\w{9}\b/g, "$1<pool>")
      .replace(/\b(AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16,17}\b/g, "$1<id>")
      .replace(/(code is )\d{6}/g, "$1<code>")
      .replace(/(127\.0\.0\.1:)\d+/g, "$1<port>")
      .replace(/\s+/g, "")
  )
}

export interface Terminal {
  /** Types this and waits until it is done: what it showed, and the exit code of the last command. */
  type(text: string): Promise<{ shown: string; code: number }>
  close(): void
}

/** One bash that remembers what it was told, as a terminal does. */
export function openTerminal(cwd: string, env: NodeJS.ProcessEnv): Terminal {
  const bash = spawn("bash", ["--noprofile", "--norc"], { cwd, env, stdio: ["pipe", "pipe", "pipe"] })
  let shown = ""
  let wake = () => {}
  for (const stream of [bash.stdout, bash.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      shown += text
      wake()
    })
  bash.on("exit", () => wake())
  return {
    async type(text) {
      shown = ""
      const mark = /^@@done (\d+)\n/m
      // Both streams are one, as in a terminal, so that the mark comes after all that was shown.
      bash.stdin.write(`{\n${text}\n} 2>&1 </dev/null; code=$?; echo; echo "@@done $code"\n`)
      while (!mark.test(shown) && bash.exitCode === null)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      const found = mark.exec(shown)
      if (!found) throw new Error(`bash ended with ${bash.exitCode}: ${shown}`)
      return { shown: shown.slice(0, found.index), code: Number(found[1]) }
    },
    close: () => bash.kill("SIGKILL"),
  }
}
