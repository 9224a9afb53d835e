// A reporter for tools/test.ts: each test that ended, as one line of JSON. Suites only hold others.
import type { TestEvent } from "node:test/reporters"

export interface TestResult {
  name: string
  result: "passed" | "failed" | "skipped"
  /** Why it was skipped, where it says. */
  reason?: string
}

export default async function* events(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const { type, data } of source) {
    if (type !== "test:pass" && type !== "test:fail") continue
    const { name, skip, todo, details } = data
    if (details.type === "suite") continue
    const isSkipped = skip !== undefined || todo !== undefined
    const result = isSkipped ? "skipped" : type === "test:pass" ? "passed" : "failed"
    const reason = [skip, todo].find((text) => typeof text === "string")
    yield `${JSON.stringify({ name, result, reason } satisfies TestResult)}\n`
  }
}
