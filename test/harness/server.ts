import { readConfig } from "../../src/config.ts"
import { createLog } from "../../src/log.ts"
import { startHallpass } from "../../src/start.ts"

/** A whole server in this process, on a port of its own, that keeps nothing. */
export interface TestServer {
  url: string
  region: string
  account: string
  /** What every SDK client takes: endpoint, region and the root's credentials. */
  client: ClientOptions
  /** The same for other credentials; for none, calls are left unsigned where the operation allows it. */
  clientOf(credentials: Credentials): ClientOptions
  [Symbol.asyncDispose](): Promise<void>
}

export interface Credentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

export interface ClientOptions {
  endpoint: string
  region: string
  credentials: Credentials
  maxAttempts: number
}

export async function startServer(flags: string[] = []): Promise<TestServer> {
  const config = readConfig(["--memory", "--port", "0", "--log", "off", ...flags], {})
  const faults: unknown[] = []
  const log = { ...createLog("off", () => {}), fault: (error: unknown) => faults.push(error) }
  const running = await startHallpass(config, log)
  const clientOf = (credentials: Credentials): ClientOptions => ({
    endpoint: running.url,
    region: running.region,
    credentials,
    maxAttempts: 1,
  })
  return {
    url: running.url,
    region: running.region,
    account: config.accountId,
    client: clientOf(running.credentials),
    clientOf,
    async [Symbol.asyncDispose]() {
      await running.close()
      // An error of ours is a failure of the test that met it, whatever the client made of the answer.
      if (faults.length > 0) throw new AggregateError(faults, "The server met errors of its own.")
    },
  }
}
