import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from "@aws-sdk/client-s3"
import { startServerProcess } from "../../test/harness/server-process.ts"

const REQUESTS = 10_000
const AT_ONCE = 8
const ROUNDS = 5
const BODY_BYTES = 256 * 1024

/** 10,000 refused requests of a stranger on a bucket with a long policy: memory and disk, as they grow. */
export async function refused(print: (line: string) => void): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "hallpass-faults-"))
  const server = await startServerProcess(["--data-dir", directory])
  try {
    const s3 = new S3Client({ ...server.client, forcePathStyle: true })
    await s3.send(new CreateBucketCommand({ Bucket: "guarded" }))
    const Statement = Array.from({ length: 120 }, (_, i) => ({
      Sid: `Statement${i}`,
      Effect: "Allow",
      Principal: { AWS: "123456789012" },
      Action: "s3:GetObject",
      Resource: `arn:aws:s3:::guarded/${i}/*`,
    }))
    await s3.send(
      new PutBucketPolicyCommand({ Bucket: "guarded", Policy: JSON.stringify({ Version: "2012-10-17", Statement }) }),
    )
    const body = Buffer.alloc(BODY_BYTES, "x")
    const ask = async (i: number) => {
      const url = `${server.url}/guarded/${i}`
      const answer = await (i % 10 === 0 ? fetch(url, { method: "PUT", body }) : fetch(url))
      await answer.arrayBuffer()
    }
    print("\nWhat refused requests of strangers leave behind.\n")
    print("refused     RSS, MB   database and log, MB")
    for (let round = 0; round <= ROUNDS; round++) {
      const megabytes = [residentBytes(server.pid), sizeBelow(directory)].map((bytes) => (bytes / 1e6).toFixed(1))
      print(
        `${String((round * REQUESTS) / ROUNDS).padStart(7)}  ${megabytes[0]!.padStart(10)}  ${megabytes[1]!.padStart(20)}`,
      )
      if (round === ROUNDS) break
      let next = 0
      const worker = async () => {
        while (next < REQUESTS / ROUNDS) await ask(next++)
      }
      await Promise.all(Array.from({ length: AT_ONCE }, worker))
    }
  } finally {
    await server.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

const residentBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024

const sizeBelow = (directory: string): number =>
  ["hallpass.db", "hallpass.db-wal"].reduce((sum, name) => {
    return sum + (statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0)
  }, 0)
