import { assertNoMore, parseFlags } from "../config.ts"
import { findServer, SERVER_FLAGS } from "./running.ts"

const HELP = `hallpass env: print what points AWS clients at the running server

  --data-dir PATH   the server that keeps its data there (./.hallpass)
  --port NUMBER     the server that listens there        (4566)
  --json            as JSON

Example: eval "$(npx hallpass env)"`

export const env = {
  summary: "print shell lines that point AWS clients at the server",
  async run(args: string[]): Promise<void> {
    const { values, positionals } = parseFlags(args, { ...SERVER_FLAGS, json: { type: "boolean" } })
    if (values.help) return console.log(HELP)
    assertNoMore(positionals)
    const server = await findServer(values)
    const variables = {
      AWS_ENDPOINT_URL: server.url,
      AWS_ACCESS_KEY_ID: server.accessKeyId,
      AWS_SECRET_ACCESS_KEY: server.secretAccessKey,
      AWS_REGION: server.region,
      AWS_DEFAULT_REGION: server.region,
    }
    if (values.json) return console.log(JSON.stringify(variables, null, 2))
    for (const [name, value] of Object.entries(variables)) console.log(`export ${name}=${quote(value)}`)
    // A token of another session would make these credentials another's.
    console.log("unset AWS_SESSION_TOKEN AWS_PROFILE")
  },
}

/** For a POSIX shell. */
const quote = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)
