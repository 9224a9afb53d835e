import { javaDate } from "../authorizers/claim-texts.ts"

/** The execution log of a trial, as TestInvokeMethod answers it (recorded 2025-09). */
export interface TrialLog {
  add(line: string): void
  text(): string
}

export function createTrialLog(requestId: string, now: () => number): TrialLog {
  const lines = [`Execution log for request ${requestId}`]
  return {
    add: (line) => lines.push(`${javaDate(now())} : ${line}`),
    text: () => `${lines.join("\n")}\n`,
  }
}

/** `{petId=7, x=y}`, as Java prints maps. */
export const javaMap = (entries: Iterable<readonly [string, string]>): string =>
  `{${[...entries].map(([name, value]) => `${name}=${value}`).join(", ")}}`
