import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from "@aws-sdk/client-s3"
import { startServerProcess } from "../../test/harness/server-process.ts"

const REQUESTS = 10_000
const AT_ONCE = 8
const ROUNDS = 5
const BODY_BYTES = 256 * 1024
/** Loaded into the server: on SIGUSR2 its heap is collected, and what is left of it is written to the file. */
const COLLECTING = `
import { writeFileSync } from "node:fs"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
setFlagsFromString("--expose-gc")
const collect = runInNewContext("gc")
process.on("SIGUSR2", () => {
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  writeFileSync(process.env.COLLECTED, String(heapUsed + arrayBuffers))
})`

/** 10,000 refused requests of a stranger on a bucket with a long policy: memory and disk, as they grow. */
export async function refused(print: (line: string) => void): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "hallpass-faults-"))
  const collected = join(directory, "collected")
  const variables = {
    NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(COLLECTING)}`,
    COLLECTED: collected,
  }
  const server = await startServerProcess(["--data-dir", directory], { variables })
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
    print("refused     RSS, MB   database and log, MB   collected heap and buffers, MB")
    for (let round = 0; round <= ROUNDS; round++) {
      const bytes = [residentBytes(server.pid), sizeBelow(directory)]
      // Not in between: what is resident would be less than it is where nobody collects.
      if (round === 0 || round === ROUNDS) bytes.push(await collectedBytes(server.pid, collected))
      const [resident = "", onDisk = "", left = ""] = bytes.map((count) => (count / 1e6).toFixed(1))
      print(
        `${String((round * REQUESTS) / ROUNDS).padStart(7)}  ${resident.padStart(10)}  ${onDisk.padStart(20)}  ${left.padStart(30)}`,
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

async function collectedBytes(pid: number, file: string): Promise<number> {
  rmSync(file, { force: true })
  process.kill(pid, "SIGUSR2")
  for (;;) {
    await sleep(100)
    const text = existsSync(file) ? readFileSync(file, "utf8") : ""
    if (text !== "") return Number(text)
  }
}

const residentBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024

const sizeBelow = (directory: string): number =>
  ["hallpass.db", "hallpass.db-wal"].reduce((sum, name) => {
    return sum + (statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0)
  }, 0)
