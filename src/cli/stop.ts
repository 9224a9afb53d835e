import { setTimeout as sleep } from "node:timers/promises"
import { assertNoMore, parseFlags } from "../config.ts"
import { ask, DoorClosed } from "./ask.ts"
import { CommandFailure } from "./failure.ts"
import { findServer, SERVER_FLAGS } from "./running.ts"

const HELP = `hallpass stop: end the server, as SIGTERM does: requests in flight are answered

  --data-dir PATH   the server that keeps its data there (./.hallpass)
  --port NUMBER     the server that listens there        (4566)

Example: npx hallpass stop`

/** A little more than the server gives its requests in flight. */
const PATIENCE_MILLISECONDS = 40_000
const POLL_MILLISECONDS = 50

export const stop = {
  summary: "end the server",
  async run(args: string[]): Promise<void> {
    const { values, positionals } = parseFlags(args, SERVER_FLAGS)
    if (values.help) return console.log(HELP)
    assertNoMore(positionals)
    const { pid, door, url } = await findServer(values)
    process.kill(pid, "SIGTERM")
    for (let waited = 0; waited < PATIENCE_MILLISECONDS; waited += POLL_MILLISECONDS) {
      if (!(await isOpen(door)) && !isRunning(pid)) return console.log(`${url} has ended.`)
      await sleep(POLL_MILLISECONDS)
    }
    throw new CommandFailure(`${url} has not ended yet: requests are in flight (process ${pid}).`)
  },
}

const isOpen = (door: string): Promise<boolean> =>
  ask({ door }, "GET", "server").then(
    () => true,
    (error) => !(error instanceof DoorClosed),
  )

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
