import type { Readable } from "node:stream"
import { after } from "../alarm.ts"

/** Somebody else may hold the other end of a pipe. */
const PATIENCE_MILLISECONDS = 1_000

/** Waits for the last that ended processes wrote, and closes what they wrote to. */
export async function drain(outputs: readonly Readable[]): Promise<void> {
  await Promise.race([
    Promise.all(outputs.map(closed)),
    new Promise<void>((resolve) => after(PATIENCE_MILLISECONDS, resolve)),
  ])
  for (const output of outputs) output.destroy()
}

const closed = (output: Readable): Promise<void> =>
  output.closed || output.destroyed ? Promise.resolve() : new Promise((resolve) => output.once("close", resolve))
