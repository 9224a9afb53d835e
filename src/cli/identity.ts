import { assertNoMore, ConfigError, parseFlags } from "../config.ts"
import { ask } from "./ask.ts"
import { CommandFailure } from "./failure.ts"
import { findServer, SERVER_FLAGS } from "./running.ts"

const HELP = `hallpass identity SUB|IDENTITY-ID: who an identity of an identity pool is, and which identities a user has

  --data-dir PATH   the server that keeps its data there (./.hallpass)
  --port NUMBER     the server that listens there        (4566)
  --json            as JSON

Example: npx hallpass identity us-east-1:8a1b2c3d-0000-4000-8000-1234567890ab`

interface FoundIdentity {
  identityId: string
  identityPoolId: string
  createdAt: string
  disabled: boolean
  logins: { provider: string; subject: string }[]
}

export const identity = {
  summary: "find a user's identity ids by their sub, or the user of an identity id",
  async run(args: string[]): Promise<void> {
    const { values, positionals } = parseFlags(args, { ...SERVER_FLAGS, json: { type: "boolean" } })
    if (values.help) return console.log(HELP)
    const [id, ...more] = positionals
    assertNoMore(more)
    if (id === undefined) throw new ConfigError("Say whose: a user's sub, or an identity id.")
    const answer = await ask(await findServer(values), "GET", `identities/${encodeURIComponent(id)}`)
    const { identities } = answer as { identities: FoundIdentity[] }
    if (values.json) return console.log(JSON.stringify(identities, null, 2))
    if (identities.length === 0) throw new CommandFailure(`No identity is '${id}', and nobody with that sub has one.`)
    for (const found of identities) console.log(format(found))
  },
}

function format({ identityId, identityPoolId, createdAt, disabled, logins }: FoundIdentity): string {
  const who = logins.map(({ provider, subject }) => `  ${subject} at ${provider}`)
  return [
    `${identityId}${disabled ? "  (disabled)" : ""}`,
    `  of the pool ${identityPoolId}, since ${createdAt}`,
    ...(who.length === 0 ? ["  a guest"] : who),
  ].join("\n")
}
