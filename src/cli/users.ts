import { assertNoMore, ConfigError, parseFlags } from "../config.ts"
import { ask } from "./ask.ts"
import { CommandFailure } from "./failure.ts"
import { findServer, SERVER_FLAGS } from "./running.ts"
import { type ExportedUser, readOpener, readSealed, writeCsv, writeSealed } from "./users-file.ts"

const HELP = `hallpass users export FILE: the users of a pool, with all that is kept of them
hallpass users import FILE: users of a pool, of what was exported

  --pool ID               the user pool
  --to-key PEM            export: seal it for this public key (openssl genpkey -algorithm x25519; openssl pkey -pubout)
  --key PEM               import: the private key of that
  --passphrase-file PATH  seal it, or open it, with the passphrase in this file
  --csv                   export: AWS's file for import jobs, with no secrets and no groups, in the open
  --data-dir PATH         the server that keeps its data there (./.hallpass)
  --port NUMBER           the server that listens there        (4566)
  --json                  import: as JSON

A sealed file has the sub, attributes, password verifiers and hashes, groups, second factors, passkeys and linked
identities of each user. Who was there already is skipped.

Example: npx hallpass users export people.sealed --pool us-east-1_Abc123 --to-key backup.pub.pem`

const FLAGS = {
  ...SERVER_FLAGS,
  pool: { type: "string" },
  "to-key": { type: "string" },
  key: { type: "string" },
  "passphrase-file": { type: "string" },
  csv: { type: "boolean" },
  json: { type: "boolean" },
} as const

export const users = {
  summary: "take the users of a pool out into a sealed file, or bring them in",
  async run(args: string[]): Promise<void> {
    const { values, positionals } = parseFlags(args, FLAGS)
    if (values.help) return console.log(HELP)
    const [what, file, ...more] = positionals
    assertNoMore(more)
    if (what !== "export" && what !== "import") throw new ConfigError("Say which: 'users export' or 'users import'.")
    if (file === undefined) throw new ConfigError(`Name the file: hallpass users ${what} FILE.`)
    const { pool } = values
    if (pool === undefined) throw new ConfigError("Name the user pool: --pool us-east-1_Abc123.")
    // What is asked wrongly is so whether a server runs or not.
    let server: ReturnType<typeof findServer> | undefined
    const call = async (method: string, path: string, body?: unknown) => {
      server ??= findServer(values)
      return ask(await server, method, `users/${pool}${path}`, body)
    }
    return what === "export" ? exportUsers(file, call, values) : importUsers(file, call, values)
  },
}

type Call = (method: string, path: string, body?: unknown) => Promise<unknown>

interface Values {
  "to-key"?: string
  key?: string
  "passphrase-file"?: string
  csv?: boolean
  json?: boolean
}

interface Pool {
  id: string
  poolName: string
  columns: string[]
  groups: object[]
}

/** The users of a pool, some at a time. */
async function* usersOf(call: Call): AsyncGenerator<ExportedUser> {
  for (let after = "-"; ; ) {
    const { users: some } = (await call("GET", `/${after}`)) as { users: ExportedUser[] }
    yield* some
    const last = some.at(-1)
    if (!last) return
    after = last.sub
  }
}

async function exportUsers(file: string, call: Call, values: Values): Promise<void> {
  if (values.key !== undefined) throw new ConfigError("--key is for 'users import'; an export is sealed --to-key.")
  const opener = readOpener(values["to-key"], values["passphrase-file"], "public")
  if (Boolean(opener) === Boolean(values.csv))
    throw new ConfigError(
      "Say who may open it, by --to-key or --passphrase-file; or ask for --csv, which has no secrets.",
    )
  const pool = (await call("GET", "")) as Pool
  const count = opener
    ? await writeSealed(file, opener, pool, usersOf(call))
    : await writeCsv(file, pool.columns, usersOf(call))
  console.log(`${count} ${count === 1 ? "user is" : "users are"} in ${file}.`)
}

interface Transfer {
  imported: number
  skipped: string[]
  failed: { username: string; why: string }[]
}

async function importUsers(file: string, call: Call, values: Values): Promise<void> {
  if (values["to-key"] !== undefined || values.csv)
    throw new ConfigError(
      "'users import' takes what was exported sealed, with --key or --passphrase-file. A CSV file is for an import job.",
    )
  const opener = readOpener(values.key, values["passphrase-file"], "private")
  if (!opener) throw new ConfigError("Say what opens it: --key, or --passphrase-file.")
  const all: Transfer = { imported: 0, skipped: [], failed: [] }
  for await (const arrivals of readSealed(file, opener)) {
    const some = (await call("POST", "", arrivals)) as Transfer
    all.imported += some.imported
    all.skipped.push(...some.skipped)
    all.failed.push(...some.failed)
  }
  if (values.json) console.log(JSON.stringify(all, null, 2))
  else {
    for (const { username, why } of all.failed) console.log(`${username}: ${why}`)
    console.log(`${all.imported} came in, ${all.skipped.length} were there already, ${all.failed.length} could not.`)
  }
  if (all.failed.length > 0) throw new CommandFailure(`${all.failed.length} of the users could not be brought in.`)
}
