import { Sha256 } from "@aws-crypto/sha256-js"
import { SignatureV4 } from "@smithy/signature-v4"
import { CommandFailure } from "../cli/failure.ts"
import type { ServerAccess } from "../policy-tools/server/access.ts"

/** One call of the server's own interface, signed by the account root. What the server refuses is thrown with its text. */
export async function ask(
  server: Omit<ServerAccess, "accountId">,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const url = new URL(`/_hallpass/${path}`, server.url)
  const text = body === undefined ? undefined : JSON.stringify(body)
  const { accessKeyId, secretAccessKey, region } = server
  const signer = new SignatureV4({
    service: "hallpass",
    region,
    credentials: { accessKeyId, secretAccessKey },
    sha256: Sha256,
  })
  const signed = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host },
    ...(text !== undefined && { body: text }),
  })
  const response = await fetch(url, {
    method,
    headers: signed.headers,
    ...(text !== undefined && { body: text }),
  }).catch((error: Error) => {
    throw new CommandFailure(`${server.url} does not answer: ${(error.cause as Error)?.message ?? error.message}.`)
  })
  const answer = (await response.json()) as { message?: string }
  if (!response.ok) throw new CommandFailure(answer.message ?? `the server answered ${response.status}.`)
  return answer
}
