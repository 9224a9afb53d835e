import { assertNoMore, ConfigError, parseFlags } from "../config.ts"
import { ask } from "./ask.ts"
import { findServer, SERVER_FLAGS } from "./running.ts"

const HELP = `hallpass clock [MOMENT]: tell the server's clock, or move it

  MOMENT            2026-11-21T12:00:00Z, +15m (also s, h and d), or 'now': as the system's
  --data-dir PATH   the server that keeps its data there (./.hallpass)
  --port NUMBER     the server that listens there        (4566)
  --json            as JSON

It can be moved where the server was started with --clock-control.

Example: npx hallpass clock +2h`

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

export const clock = {
  summary: "tell the server's clock, or move it (for tests)",
  async run(args: string[]): Promise<void> {
    const { values, positionals } = parseFlags(args, { ...SERVER_FLAGS, json: { type: "boolean" } })
    if (values.help) return console.log(HELP)
    const [moment, ...more] = positionals
    assertNoMore(more)
    const server = await findServer(values)
    let told = (await ask(server, "GET", "clock")) as { now: string }
    if (moment !== undefined)
      told = (await ask(server, "POST", "clock", { now: parseMoment(moment, told.now) })) as { now: string }
    console.log(values.json ? JSON.stringify(told, null, 2) : told.now)
  },
}

function parseMoment(text: string, now: string): string {
  if (text === "now") return new Date().toISOString()
  const [, count, unit] = /^\+(\d+)([smhd])$/.exec(text) ?? []
  const moment = count === undefined ? new Date(text) : new Date(Date.parse(now) + Number(count) * UNITS[unit!]!)
  if (Number.isNaN(moment.getTime()))
    throw new ConfigError(`'${text}' is no moment: write 2026-11-21T12:00:00Z, +15m or now.`)
  return moment.toISOString()
}
