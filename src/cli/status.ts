import { assertNoMore, parseFlags } from "../config.ts"
import { ask } from "./ask.ts"
import { findServer, SERVER_FLAGS } from "./running.ts"

const HELP = `hallpass status: which server is running, where, and since when

  --data-dir PATH   the server that keeps its data there (./.hallpass)
  --port NUMBER     the server that listens there        (4566)
  --json            as JSON

Example: npx hallpass status`

interface Health {
  status: string
  services: Record<string, string>
}

export const status = {
  summary: "say which server is running, where, and since when",
  async run(args: string[]): Promise<void> {
    const { values, positionals } = parseFlags(args, { ...SERVER_FLAGS, json: { type: "boolean" } })
    if (values.help) return console.log(HELP)
    assertNoMore(positionals)
    const server = await findServer(values)
    const [health, clock] = (await Promise.all([ask(server, "GET", "health"), ask(server, "GET", "clock")])) as [
      Health,
      { now: string },
    ]
    const told = {
      url: server.url,
      pid: server.pid,
      processes: server.processes,
      since: server.startedAt,
      data: server.storage,
      account: server.accountId,
      region: server.region,
      clock: clock.now,
      status: health.status,
      services: Object.keys(health.services).join(", "),
    }
    if (values.json) return console.log(JSON.stringify({ ...told, services: Object.keys(health.services) }, null, 2))
    for (const [name, value] of Object.entries(told)) console.log(`${name.padEnd(10)} ${value}`)
  },
}
