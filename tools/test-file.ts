import { spawn } from "node:child_process"
import { readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { root } from "./sources.ts"
import type { TestResult } from "./test-events.ts"

/** What came of one file of tests. */
export interface FileRun {
  results: TestResult[]
  /** Why the file counts as failed though no test of it did: it crashed, or stood still. */
  fault: string | undefined
  /** What it printed. */
  output: string
  seconds: number
}

const running = new Set<number>()

/** How often it is looked whether a file gets on, in milliseconds. */
const LOOK_MILLISECONDS = 500

/**
 * Runs one file in a process group of its own, and ends whatever is left of the group with it: a server or a database that
 * the file started does not outlive it. A file may take as long as it likes, but not without printing or ending a test for
 * so many seconds: how fast a machine is says nothing of what it tests.
 */
export function runTestFile(file: string, silenceSeconds: number): Promise<FileRun> {
  const events = join(tmpdir(), `hallpass-test-${process.pid}-${file.replaceAll(/\W/g, "-")}.jsonl`)
  const reporters = [
    ...["--test-reporter=spec", "--test-reporter-destination=stdout"],
    ...[`--test-reporter=${join(root, "tools/test-events.ts")}`, `--test-reporter-destination=${events}`],
  ]
  const begun = performance.now()
  const child = spawn(process.execPath, [...reporters, resolve(root, file)], {
    cwd: root,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  })
  let output = ""
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text
    })
  const group = child.pid
  if (group !== undefined) running.add(group)
  let fault: string | undefined
  const stopWatching = watch(
    () => `${output.length} ${sizeOf(events)}`,
    silenceSeconds,
    () => {
      fault = `stood still for ${silenceSeconds} seconds`
      killGroup(group)
    },
  )
  return new Promise((resolve) => {
    child.on("error", (error) => {
      fault = error.message
    })
    // Its children may hold its output open, so they are ended first.
    child.on("exit", () => killGroup(group))
    child.on("close", (code, signal) => {
      stopWatching()
      if (group !== undefined) running.delete(group)
      const results = readResults(events)
      if (code !== 0 && !results.some(({ result }) => result === "failed")) fault ??= `ended with ${signal ?? code}`
      if (results.length === 0) fault ??= "has no tests"
      resolve({ results, fault, output, seconds: (performance.now() - begun) / 1000 })
    })
  })
}

/** Counts looks rather than the time between them: a machine that slept, or left us no turn, is not the file's fault. */
function watch(progress: () => string, silenceSeconds: number, stoodStill: () => void): () => void {
  let last = ""
  let looks = 0
  const timer = setInterval(() => {
    const now = progress()
    looks = now === last ? looks + 1 : 0
    last = now
    if (looks * LOOK_MILLISECONDS >= silenceSeconds * 1000) stoodStill()
  }, LOOK_MILLISECONDS)
  return () => clearInterval(timer)
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0

/** Ends every file that still runs, and what it started. */
export function killAll(): void {
  for (const group of running) killGroup(group)
}

function killGroup(group: number | undefined): void {
  if (group === undefined) return
  try {
    process.kill(-group, "SIGKILL")
  } catch {
    // Nothing of it is left.
  }
}

function readResults(events: string): TestResult[] {
  try {
    const lines = readFileSync(events, "utf8").split("\n").filter(Boolean)
    rmSync(events)
    return lines.map((line) => JSON.parse(line) as TestResult)
  } catch {
    // It crashed before it had any, or in the middle of a line.
    return []
  }
}
