import { type Credentials, type SdkClientOptions, type TestServer as Server, start } from "../../src/testing/index.ts"

export type { Credentials }
export type ClientOptions = SdkClientOptions

/** A whole server in this process, on a port of its own, that keeps nothing. */
export interface TestServer extends Server {
  account: string
}

/** As the flags say; the clock stands where the system's does unless one of them is `--clock-control`. */
export async function startServer(flags: string[] = []): Promise<TestServer> {
  const server = await start({ memory: true, clockControl: false, flags })
  // What a test is refused it is refused at once: nothing is hidden by a second try.
  const clientOf = (credentials: Credentials) => ({ ...server.clientOf(credentials), maxAttempts: 1 })
  return { ...server, account: server.accountId, client: clientOf(server.client.credentials), clientOf }
}
