import { assertNoMore, ConfigError, parseFlags } from "../config.ts"
import { findServer, SERVER_FLAGS } from "./running.ts"
import { SHELLS } from "./shells.ts"

const HELP = `hallpass env: print what points AWS clients at the running server

  --shell SHELL     sh, bash, zsh, fish, csh, powershell, pwsh, cmd or dotenv (sh)
  --data-dir PATH   the server that keeps its data there (./.hallpass)
  --port NUMBER     the server that listens there        (4566)
  --json            as JSON

  sh, bash, zsh     eval "$(npx hallpass env)"
  fish              npx hallpass env --shell fish | source
  PowerShell        npx hallpass env --shell powershell | Out-String | Invoke-Expression

Example: eval "$(npx hallpass env)"`

export const env = {
  summary: "print shell lines that point AWS clients at the server",
  async run(args: string[]): Promise<void> {
    const { values, positionals } = parseFlags(args, {
      ...SERVER_FLAGS,
      shell: { type: "string" },
      json: { type: "boolean" },
    })
    if (values.help) return console.log(HELP)
    assertNoMore(positionals)
    const name = values.shell ?? "sh"
    const shell = Object.hasOwn(SHELLS, name) ? SHELLS[name] : undefined
    if (shell === undefined) throw new ConfigError(`--shell '${name}' is none of ${Object.keys(SHELLS).join(", ")}.`)
    const server = await findServer(values)
    const variables = {
      AWS_ENDPOINT_URL: server.url,
      AWS_ACCESS_KEY_ID: server.accessKeyId,
      AWS_SECRET_ACCESS_KEY: server.secretAccessKey,
      AWS_REGION: server.region,
      AWS_DEFAULT_REGION: server.region,
    }
    if (values.json) return console.log(JSON.stringify(variables, null, 2))
    const lines = Object.entries(variables).map(([variable, value]) => shell.set(variable, value))
    // A token of another session would make these credentials another's.
    console.log([...lines, shell.unset(["AWS_SESSION_TOKEN", "AWS_PROFILE"])].filter(Boolean).join("\n"))
  },
}
