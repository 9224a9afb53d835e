import { DynamoDB, type StreamViewType } from "@aws-sdk/client-dynamodb"
import { type Load, type Measured, measure, measureByTurns } from "./load.ts"
import { prepareSession } from "./prepare.ts"
import { type Keys, REGION, ROOT_KEYS, signed, startHallpass } from "./subjects.ts"

/** Items that are put: new ones, each of about this many bytes. */
const BYTES = 512
const ROUNDS = 5
const COUNT = 3_000

/** Prints what a write costs where the table has a stream, beside one where it has none. Durable, in a file. */
export async function measureTableStreams(directory: string, print: (line: string) => void): Promise<void> {
  using hallpass = await startHallpass(["--data-dir", directory])
  const db = new DynamoDB({ endpoint: hallpass.url, region: REGION, credentials: ROOT_KEYS })
  const session = await prepareSession(hallpass.url, ["AmazonDynamoDBFullAccess"])
  const views: (StreamViewType | undefined)[] = [undefined, "KEYS_ONLY", "NEW_AND_OLD_IMAGES"]
  for (const view of views) await createTable(db, view)
  const ways = []
  for (const view of views) {
    let number = 0
    const next = await putsOf(hallpass.url, nameOf(view), COUNT * 2, session)
    ways.push(() => measure(COUNT, hallpass.cpuSeconds, () => next[number++ % next.length]!, 600))
  }
  const [plain, ...streamed] = (await measureByTurns(ROUNDS, ways)) as [Measured, ...Measured[]]
  const line = (name: string, { cpuMicrosecondsPerRequest: cpu, requestsPerSecond }: Measured) =>
    print(
      `${name}: ${cpu.toFixed(0)} us of CPU, ${requestsPerSecond.toFixed(0)} a second, ${(cpu / plain.cpuMicrosecondsPerRequest).toFixed(2)} times as much`,
    )
  line("PutItem without a stream", plain)
  for (const [i, measured] of streamed.entries()) line(`PutItem with a stream of ${views[i + 1]}`, measured)
}

const nameOf = (view: StreamViewType | undefined): string => `puts-${view ?? "plain"}`

const createTable = (db: DynamoDB, view: StreamViewType | undefined) =>
  db.createTable({
    TableName: nameOf(view),
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    BillingMode: "PAY_PER_REQUEST",
    ...(view && { StreamSpecification: { StreamEnabled: true, StreamViewType: view } }),
  })

/** Signed before they are sent. Half of them are of items that are there already by then. */
async function putsOf(url: string, TableName: string, count: number, session: Keys): Promise<Load[]> {
  const loads: Load[] = []
  for (let i = 0; i < count; i++) {
    const Item = { id: { S: `item-${i % (count / 2)}` }, text: { S: `${i}`.padEnd(BYTES, "x") } }
    const headers = { "x-amz-target": "DynamoDB_20120810.PutItem", "content-type": "application/x-amz-json-1.0" }
    loads.push(
      await signed(
        "dynamodb",
        { url, method: "POST", path: "/", headers, body: JSON.stringify({ TableName, Item }) },
        session,
      ),
    )
  }
  return loads
}
