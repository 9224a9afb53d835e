import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import {
  type Credentials,
  type SdkClientOptions,
  type TestServer as Server,
  start,
  type Triggers,
} from "../../src/testing/index.ts"
import { startPostgres } from "./postgres.ts"

export type { Credentials }
export type ClientOptions = SdkClientOptions

/** A whole server in this process, on a port of its own, that keeps nothing. */
export interface TestServer extends Server {
  account: string
}

/** As the flags say; the clock stands where the system's does unless one of them is `--clock-control`. */
export async function startServer(flags: string[] = [], triggers: Triggers = {}): Promise<TestServer> {
  const kept = process.env.HALLPASS_TEST_STORE === "postgres" ? await keptInPostgres() : undefined
  const server = await start({ ...(kept?.where ?? { memory: true }), clockControl: false, flags, triggers })
  // What a test is refused it is refused at once: nothing is hidden by a second try.
  const clientOf = (credentials: Credentials) => ({ ...server.clientOf(credentials), maxAttempts: 1 })
  return {
    ...server,
    account: server.accountId,
    client: clientOf(server.client.credentials),
    clientOf,
    async [Symbol.asyncDispose]() {
      try {
        await server[Symbol.asyncDispose]()
      } finally {
        await kept?.stop()
      }
    },
  }
}

/** With `HALLPASS_TEST_STORE=postgres` the same tests run on PostgreSQL: a server of its own for each of ours. */
async function keptInPostgres() {
  const postgres = await startPostgres()
  if (typeof postgres === "string") throw new Error(postgres)
  const dataDirectory = mkdtempSync(join(tmpdir(), "hallpass-test-"))
  return {
    where: { databaseUrl: await postgres.createDatabase(), dataDirectory },
    async stop() {
      await postgres.stop()
      rmSync(dataDirectory, { recursive: true, force: true })
    },
  }
}
