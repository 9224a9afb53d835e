import { ask } from "../../src/testing/ask.ts"
import type { TestServer } from "./server.ts"

/** A signed call of `/_hallpass/` as the account root. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into it as they need
export const askControl = (server: TestServer, method: string, path: string, body?: unknown): Promise<any> =>
  ask(
    {
      url: server.url,
      region: server.region,
      accessKeyId: server.client.credentials.accessKeyId,
      secretAccessKey: server.client.credentials.secretAccessKey,
    },
    method,
    path,
    body,
  )
