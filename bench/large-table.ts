import { mkdtempSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { DynamoDB } from "@aws-sdk/client-dynamodb"
import { AUTHOR, prepareTable, TABLE } from "./prepare.ts"
import { REGION, ROOT_KEYS, startHallpass } from "./subjects.ts"

const ITEMS = 1_000_000
const CONNECTIONS = 8
const AT_ONCE = 25
const TableName = "large"

/**
 * What the control plane of a table of so many items costs, on a database file: the call, the time until it is carried
 * out, and the longest that a read of another table waited meanwhile, which is how long the server stood still.
 */
export const run = (print: (line: string) => void): Promise<void> => runWith(print, ITEMS)

async function runWith(print: (line: string) => void, items: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "hallpass-large-"))
  try {
    using hallpass = await startHallpass(["--data-dir", directory])
    const db = new DynamoDB({ endpoint: hallpass.url, region: REGION, credentials: ROOT_KEYS, maxAttempts: 1 })
    const disk = () => print(`${"".padEnd(26)}  ${fileSizes(directory)}`)
    await prepareTable(hallpass.url)
    await prepareLarge(db)
    await watch("fill", () => fill(db, items))
    disk()
    await watch("DescribeTable, first", describe)
    await watch("DescribeTable, again", describe)
    await watch("index on", () => updateIndex(db, "CREATING"), indexIs("ACTIVE"))
    disk()
    await watch("DescribeTable, with it", describe)
    await watch("index off", () => updateIndex(db, "DELETING"), indexIs(undefined))
    await watch("time to live on", () => timeToLive(true), timeToLiveIs("ENABLED"))
    await watch("time to live off", () => timeToLive(false), timeToLiveIs("DISABLED"))
    await watch(
      "DeleteTable",
      () => db.deleteTable({ TableName }),
      () => describe().then(() => false, isNotFound),
    )
    disk()
    await sleep(90_000)
    print("a minute and a half later:")
    disk()

    /** Prints what a call cost, and what came after it until `isDone`. */
    async function watch(name: string, call: () => Promise<unknown>, isDone?: () => Promise<boolean>): Promise<void> {
      const probe = startProbe(db)
      const cpu = await hallpass.cpuSeconds()
      const start = performance.now()
      await call()
      const answered = performance.now() - start
      while (isDone && !(await isDone())) await sleep(100)
      const whole = performance.now() - start
      const used = (await hallpass.cpuSeconds()) - cpu
      print(lineOf(name, { answered, whole, used, ...(await probe.stop()) }))
    }
    function describe() {
      return db.describeTable({ TableName })
    }
    function timeToLive(Enabled: boolean) {
      return db.updateTimeToLive({ TableName, TimeToLiveSpecification: { Enabled, AttributeName: "ttl" } })
    }
    function timeToLiveIs(status: string) {
      return async () => (await db.describeTimeToLive({ TableName })).TimeToLiveDescription?.TimeToLiveStatus === status
    }
    function indexIs(status: string | undefined) {
      return async () => (await describe()).Table!.GlobalSecondaryIndexes?.[0]?.IndexStatus === status
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

const isNotFound = (error: Error): boolean => error.name === "ResourceNotFoundException"

async function prepareLarge(db: DynamoDB): Promise<void> {
  await db.createTable({
    TableName,
    KeySchema: [
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ],
    AttributeDefinitions: [
      { AttributeName: "pk", AttributeType: "S" },
      { AttributeName: "sk", AttributeType: "N" },
    ],
    BillingMode: "PAY_PER_REQUEST",
  })
}

async function fill(db: DynamoDB, items: number): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < items) {
      const from = next
      next += AT_ONCE
      const puts = Array.from({ length: Math.min(AT_ONCE, items - from) }, (_, i) => ({
        PutRequest: {
          Item: {
            pk: { S: `p${(from + i) % 1000}` },
            sk: { N: String(from + i) },
            g: { S: `group ${i}` },
            x: { S: "text" },
          },
        },
      }))
      await db.batchWriteItem({ RequestItems: { [TableName]: puts } })
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, worker))
}

const updateIndex = (db: DynamoDB, to: "CREATING" | "DELETING") =>
  db.updateTable({
    TableName,
    ...(to === "CREATING" && { AttributeDefinitions: [{ AttributeName: "g", AttributeType: "S" }] }),
    GlobalSecondaryIndexUpdates: [
      to === "DELETING"
        ? { Delete: { IndexName: "byG" } }
        : {
            Create: {
              IndexName: "byG",
              KeySchema: [{ AttributeName: "g", KeyType: "HASH" }],
              Projection: { ProjectionType: "KEYS_ONLY" },
            },
          },
    ],
  })

/** Reads an item of a small table again and again, and remembers how long it took. */
function startProbe(db: DynamoDB) {
  const waits: number[] = []
  let isStopped = false
  const probing = (async () => {
    while (!isStopped) {
      const start = performance.now()
      await db.getItem({ TableName: TABLE, Key: AUTHOR })
      waits.push(performance.now() - start)
      await sleep(5)
    }
  })()
  return {
    async stop() {
      isStopped = true
      await probing
      waits.sort((a, b) => a - b)
      return { longest: waits.at(-1)!, usual: waits[Math.floor(waits.length * 0.99)]! }
    },
  }
}

interface Watched {
  answered: number
  whole: number
  /** Seconds of the processor. */
  used: number
  longest: number
  usual: number
}

function lineOf(name: string, { answered, whole, used, longest, usual }: Watched): string {
  const columns = [
    name.padEnd(26),
    `answered after ${(answered / 1000).toFixed(2)} s`,
    `done after ${(whole / 1000).toFixed(1)} s`,
    `${used.toFixed(1)} s CPU`,
    `others waited ${longest.toFixed(0)} ms at most, 99 of 100 under ${usual.toFixed(0)} ms`,
  ]
  return columns.join("  ")
}

function fileSizes(directory: string): string {
  const size = (name: string) => {
    try {
      return `${(statSync(join(directory, name)).size / 1024 ** 2).toFixed(0)} MB`
    } catch {
      return "none"
    }
  }
  return `database ${size("hallpass.db")}, its log ${size("hallpass.db-wal")}`
}

if (import.meta.main) await runWith(console.log, Number(process.argv[2] ?? ITEMS))
