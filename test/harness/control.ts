import { ask } from "../../src/testing/ask.ts"
import type { ClientOptions } from "./server.ts"

/** A signed call of `/_hallpass/` as the account root. */
export function askControl(
  { url, client }: { url: string; client: ClientOptions },
  method: string,
  path: string,
  body?: unknown,
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it as they need
): Promise<any> {
  const { accessKeyId, secretAccessKey } = client.credentials
  return ask({ url, region: client.region, accessKeyId, secretAccessKey }, method, path, body)
}
