import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { Kinesis } from "@aws-sdk/client-kinesis"
import { eventually } from "../harness/eventually.ts"
import { type PostgresServer, startPostgres } from "../harness/postgres.ts"
import { type ServerProcess, startServerProcess } from "../harness/server-process.ts"
import { arnOf, record, shardId, texts } from "../wire/kinesis-world.ts"

const postgres = await startPostgres()
const skip = typeof postgres === "string" ? postgres : false
const directory = mkdtempSync(join(tmpdir(), "hallpass-subscriptions-"))
const nodes: ServerProcess[] = []

before(async () => {
  if (skip) return
  const url = await (postgres as PostgresServer).createDatabase()
  const start = async (name: string) => {
    const flags = ["--database-url", url, "--data-dir", join(directory, name), "--account-id", "123456789012"]
    nodes.push(await startServerProcess(flags))
  }
  await Promise.all([start("one"), start("two")])
})
after(async () => {
  if (!skip) {
    await Promise.all(nodes.map((node) => node.stop()))
    await (postgres as PostgresServer).stop()
  }
  rmSync(directory, { recursive: true, force: true })
})

test("a subscription gets what another node appends, and ends in good order with its own", { skip }, async () => {
  const [one, two] = nodes.map(({ client }) => new Kinesis(client)) as [Kinesis, Kinesis]
  const StreamName = "shared"
  await one.createStream({ StreamName, ShardCount: 1 })
  const { Consumer } = await one.registerStreamConsumer({ StreamARN: arnOf(StreamName), ConsumerName: "reader" })
  await eventually(() => isThere(two, Consumer!.ConsumerARN!))
  const subscription = {
    ConsumerARN: Consumer!.ConsumerARN,
    ShardId: shardId(0),
    StartingPosition: { Type: "TRIM_HORIZON" as const },
  }
  const { EventStream } = await two.subscribeToShard(subscription)
  const read: string[] = []
  const ended = (async () => {
    for await (const { SubscribeToShardEvent } of EventStream!) read.push(...texts(SubscribeToShardEvent!.Records))
  })()
  await one.putRecord({ StreamName, ...record("a") })
  await eventually(() => read.length === 1)
  await one.putRecord({ StreamName, ...record("b") })
  await eventually(() => read.length === 2)
  assert.deepEqual(read, ["a", "b"])
  // By another node it is the same subscription.
  await assert.rejects(
    async () => {
      const { EventStream: again } = await one.subscribeToShard(subscription)
      for await (const _ of again!);
    },
    { name: "ResourceInUseException" },
  )
  await nodes[1]!.stop()
  await ended
  one.destroy()
  two.destroy()
})

const isThere = async (kinesis: Kinesis, ConsumerARN: string): Promise<boolean> => {
  try {
    await kinesis.describeStreamConsumer({ ConsumerARN })
    return true
  } catch {
    return false
  }
}
