import { execFileSync, spawn } from "node:child_process"
import { randomUUID } from "node:crypto"
import { once } from "node:events"
import { chownSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import pg from "pg"
import { findOrInstall } from "./debian.ts"
import { childrenOf } from "./processes.ts"

export interface PostgresServer {
  /** Makes an empty database and returns its URL. */
  createDatabase(): Promise<string>
  stop(): Promise<void>
}

/** One that no other test uses, so that it can be treated badly. */
export interface OwnPostgresServer extends PostgresServer {
  /** Stops all of its processes where they are: they keep their connections, and answer nothing. */
  freeze(): void
  thaw(): void
}

/**
 * A PostgreSQL server for tests: the one that HALLPASS_TEST_DATABASE_URL names, else one of our own, from what is
 * installed or, as root, from the Debian package. Where there is none, the reason: tests are then skipped with it, but
 * on CI (`CI=true`) this throws.
 */
export async function startPostgres(): Promise<PostgresServer | string> {
  const url = process.env.HALLPASS_TEST_DATABASE_URL
  return url ? serverOf(url) : startOwnPostgres()
}

export async function startOwnPostgres(): Promise<OwnPostgresServer | string> {
  try {
    return await startOwn()
  } catch (error) {
    const reason = `NO POSTGRESQL: ${(error as Error).message}`
    if (process.env.CI === "true") throw new Error(reason, { cause: error })
    console.error(`\n*** ${reason}: its tests are skipped ***\n`)
    return reason
  }
}

async function startOwn(): Promise<OwnPostgresServer> {
  const bin = dirname(findOrInstall("initdb"))
  const directory = mkdtempSync(join(tmpdir(), "hallpass-postgres-"))
  const user = findUser()
  if (user.uid !== undefined) chownSync(directory, user.uid, user.gid!)
  const data = join(directory, "data")
  initialize(bin, data, user)
  const settings = ["listen_addresses=", `unix_socket_directories=${directory}`, "max_connections=200"]
  const arguments_ = ["-D", data, ...settings.flatMap((setting) => ["-c", setting])]
  const server = spawn(join(bin, "postgres"), arguments_, { ...user, cwd: directory, stdio: "ignore" })
  const kill = () => server.kill("SIGQUIT")
  process.once("exit", kill)
  const url = `postgres://postgres@${encodeURIComponent(directory)}/postgres`
  const hasEnded = () => server.exitCode !== null || server.signalCode !== null
  const signalAll = (signal: NodeJS.Signals) => {
    process.kill(server.pid!, signal)
    for (const pid of childrenOf(server.pid!)) {
      try {
        process.kill(pid, signal)
      } catch {
        // It has ended since it was found.
      }
    }
  }
  const stop = async () => {
    process.off("exit", kill)
    if (!hasEnded()) {
      signalAll("SIGCONT")
      // Immediate shutdown: what it holds is thrown away.
      kill()
      await once(server, "exit")
    }
    rmSync(directory, { recursive: true, force: true })
  }
  try {
    await waitUntilReady(url, hasEnded)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    createDatabase: () => createDatabase(url),
    stop,
    freeze: () => signalAll("SIGSTOP"),
    thaw: () => signalAll("SIGCONT"),
  }
}

/** A server that others use too: what was made in it is dropped in the end. */
function serverOf(url: string): PostgresServer {
  const created: string[] = []
  return {
    async createDatabase() {
      created.push(await createDatabase(url))
      return created.at(-1)!
    },
    async stop() {
      for (const database of created) {
        await execute(url, `DROP DATABASE IF EXISTS ${new URL(database).pathname.slice(1)} WITH (FORCE)`).catch(
          () => {},
        )
      }
    },
  }
}

async function createDatabase(url: string): Promise<string> {
  const name = `hallpass_${randomUUID().replaceAll("-", "")}`
  await execute(url, `CREATE DATABASE ${name}`)
  const database = new URL(url)
  database.pathname = `/${name}`
  return database.href
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  client.on("error", () => {})
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

async function waitUntilReady(url: string, hasEnded: () => boolean): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await execute(url, "SELECT 1")
    } catch (error) {
      if (hasEnded() || attempt === 3_000) throw new Error("the server does not start", { cause: error })
      await sleep(100)
    }
  }
}

/** A locale that does not sort bytewise where there is one, to prove that the columns do. */
function initialize(bin: string, data: string, user: { uid?: number; gid?: number }): void {
  const common = ["-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]
  const locales = [["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en"], ["--locale=C.UTF-8"], []]
  for (const locale of locales) {
    try {
      execFileSync(join(bin, "initdb"), [...common, ...locale], { ...user, cwd: "/", stdio: "pipe" })
      return
    } catch (error) {
      if (locale === locales.at(-1)) throw error
      rmSync(data, { recursive: true, force: true })
    }
  }
}

/** PostgreSQL refuses to run as root. */
function findUser(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const id = (flag: string, name: string) => Number(execFileSync("id", [flag, name], { stdio: "pipe" }).toString())
  for (const name of ["postgres", "nobody"]) {
    try {
      return { uid: id("-u", name), gid: id("-g", name) }
    } catch {
      // There is no such user: the next.
    }
  }
  throw new Error("there is no user but root to run the server as")
}
