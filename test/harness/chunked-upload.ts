import { createHash, createHmac } from "node:crypto"
import { Sha256 } from "@aws-crypto/sha256-js"
import { SignatureV4 } from "@smithy/signature-v4"
import type { TestServer } from "./server.ts"

const CHUNK_BYTES = 64 * 1024
const sha256 = (text: string | Uint8Array) => createHash("sha256").update(text).digest("hex")

/**
 * The bytes of an upload in signed chunks of 64 KiB, head first, of which one has a wrong signature (S3 API Reference,
 * "Signature calculations ... chunked upload").
 */
export async function signedChunks(
  { url, client, region }: Pick<TestServer, "url" | "client" | "region">,
  path: string,
  chunks: number,
  wrong: number,
): Promise<(string | Uint8Array)[]> {
  const { credentials } = client
  const { host, hostname } = new URL(url)
  const signer = new SignatureV4({ service: "s3", region, credentials, sha256: Sha256, uriEscapePath: false })
  const { headers } = await signer.sign({
    method: "PUT",
    protocol: "http:",
    hostname,
    path,
    headers: {
      host,
      "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
      "x-amz-decoded-content-length": String(chunks * CHUNK_BYTES),
    },
  })
  const date = headers["x-amz-date"]!
  const scope = `${date.slice(0, 8)}/${region}/s3/aws4_request`
  const key = scope
    .split("/")
    .reduce<Buffer | string>(
      (secret, part) => createHmac("sha256", secret).update(part).digest(),
      `AWS4${credentials.secretAccessKey}`,
    )
  let previous = /Signature=(\w+)/.exec(headers.authorization!)![1]!
  const frame = (data: Uint8Array, at: number): Buffer => {
    const text = ["AWS4-HMAC-SHA256-PAYLOAD", date, scope, previous, sha256(""), sha256(data)].join("\n")
    previous = createHmac("sha256", key).update(text).digest("hex")
    const shown = at === wrong ? "0".repeat(64) : previous
    return Buffer.concat([
      Buffer.from(`${data.length.toString(16)};chunk-signature=${shown}\r\n`),
      data,
      Buffer.from("\r\n"),
    ])
  }
  const frames = Array.from({ length: chunks + 1 }, (_, at) =>
    frame(Buffer.alloc(at < chunks ? CHUNK_BYTES : 0, "x"), at),
  )
  const length = frames.reduce((sum, { length }) => sum + length, 0)
  const lines = Object.entries({ ...headers, "content-length": String(length) }).map(
    ([name, value]) => `${name}: ${value}`,
  )
  return [`${[`PUT ${path} HTTP/1.1`, ...lines].join("\r\n")}\r\n\r\n`, ...frames]
}
