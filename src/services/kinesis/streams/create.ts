import { CreateStreamCommand } from "@aws-sdk/client-kinesis"
import { requestTagContext } from "../../../authorization/request-tags.ts"
import type { Requirement } from "../../../authorization/requirement.ts"
import { randomUUID } from "../../../base/random.ts"
import { operation } from "../../../operation.ts"
import type { Writing } from "../../../store/store.ts"
import { type StreamName, streamArn } from "../arns.ts"
import { invalidArgument, limitExceeded, notBuilt, streamExists, tooManyShards } from "../errors.ts"
import { ON_DEMAND_STREAMS, shardLimit } from "../limits.ts"
import { assertTags } from "../tag-rules.ts"
import { beginChange, CHANGE_STREAM } from "./change-work.ts"
import { countUse, insertStream, readRecord, type StreamRecord } from "./record.ts"

/** Developer Guide, "On-demand mode"; recorded 2022-08 of a stream that was created without a number. */
const SHARDS_ON_DEMAND = 4
const RETENTION_HOURS = 24
const RECORD_KIB = 1024

export const CreateStream = operation(CreateStreamCommand, {
  access({ StreamName: name, Tags }, scope) {
    const resource = streamArn({ ...scope, name })
    const context = requestTagContext(Tags)
    const needed: Requirement[] = [{ resource, context }]
    // API Reference, CreateStream: kinesis:TagResource is not enough.
    if (Object.keys(Tags ?? {}).length > 0) needed.push({ action: "kinesis:AddTagsToStream", resource, context })
    return needed
  },

  async handle(input, context) {
    const { account, region, store, work, clock } = context
    const name = { account, region, name: input.StreamName }
    if (input.RecordDistributionStrategy !== undefined && input.RecordDistributionStrategy !== "USER_PARTITION_KEY")
      throw notBuilt("the record distribution strategy AUTO")
    if (input.WarmThroughputMiBps !== undefined) throw notBuilt("warm throughput")
    const { mode, shards } = capacityOf(input)
    const tags = { ...input.Tags }
    assertTags(tags, name)
    const record: StreamRecord = {
      ...name,
      id: randomUUID(),
      createdAt: clock.now(),
      status: "CREATING",
      mode,
      retentionHours: RETENTION_HOURS,
      metrics: [],
      maximumRecordKiB: input.MaxRecordSizeInKiB ?? RECORD_KIB,
      tags,
      nextShard: 0,
      openShards: 0,
      modeChanges: [],
      countChanges: [],
    }
    await store.transact(async (tx) => {
      if (await readRecord(tx, name)) throw streamExists(name)
      if (!context.unlimitedStreams) await assertRoom(tx, name, { shards, onDemand: mode === "ON_DEMAND" ? 1 : 0 })
      await beginChange(tx, work, record, { is: "create", shards }, insertStream)
    })
    await work.firstPiece(CHANGE_STREAM, record.id)
    return {}
  },
})

function capacityOf({
  ShardCount,
  StreamModeDetails,
}: {
  ShardCount?: number | undefined
  StreamModeDetails?: { StreamMode?: StreamRecord["mode"] | undefined } | undefined
}): { mode: StreamRecord["mode"]; shards: number } {
  const mode = StreamModeDetails?.StreamMode ?? (ShardCount === undefined ? "ON_DEMAND" : "PROVISIONED")
  if (mode === "PROVISIONED") {
    // UNVERIFIED: code and text.
    if (ShardCount === undefined) throw invalidArgument("ShardCount is required when StreamMode is PROVISIONED.")
    return { mode, shards: ShardCount }
  }
  // Reported 01-2022 (aws/aws-cdk #18247): "ShardCount is not expected when StreamMode=ON_DEMAND".
  if (ShardCount !== undefined) throw invalidArgument("ShardCount is not expected when StreamMode=ON_DEMAND")
  return { mode, shards: SHARDS_ON_DEMAND }
}

/** Whether the account may have so many shards, and streams on demand, more. */
export async function assertRoom(
  tx: Writing,
  name: Pick<StreamName, "account" | "region">,
  more: { shards: number; onDemand: number },
): Promise<void> {
  const { openShards, onDemand } = await countUse(tx, name)
  const limit = shardLimit(name.region)
  if (openShards + more.shards > limit) throw tooManyShards(name, { current: openShards, limit, more: more.shards })
  // UNVERIFIED: the text.
  if (more.onDemand > 0 && onDemand + more.onDemand > ON_DEMAND_STREAMS)
    throw limitExceeded(
      `This request would exceed the limit of ${ON_DEMAND_STREAMS} on-demand streams for the account ${name.account} in ${name.region}.`,
    )
}
