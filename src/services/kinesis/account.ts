import {
  DescribeAccountSettingsCommand,
  DescribeLimitsCommand,
  type MinimumThroughputBillingCommitmentOutput,
  UpdateAccountSettingsCommand,
} from "@aws-sdk/client-kinesis"
import { operation } from "../../operation.ts"
import type { Reading, Writing } from "../../store/store.ts"
import { invalidArgument } from "./errors.ts"
import { DAY_MILLISECONDS, ON_DEMAND_STREAMS, shardLimit } from "./limits.ts"
import { countUse } from "./streams/record.ts"

export const DescribeLimits = operation(DescribeLimitsCommand, {
  access: () => ({ resource: "*" }),
  async handle(_, { store, account, region }) {
    const { openShards, onDemand } = await store.read((tx) => countUse(tx, { account, region }))
    return {
      ShardLimit: shardLimit(region),
      OpenShardCount: openShards,
      OnDemandStreamCount: onDemand,
      OnDemandStreamCountLimit: ON_DEMAND_STREAMS,
    }
  },
})

/** Times are milliseconds since the epoch. */
interface Commitment {
  startedAt?: number
  endedAt?: number
}

/** Developer Guide, "On-demand Advantage mode": a commitment is for 24 hours at least. */
const SHORTEST_MILLISECONDS = DAY_MILLISECONDS

async function read(tx: Reading, account: string, region: string): Promise<Commitment> {
  const row = await tx.get<{ body: string }>(
    "SELECT body FROM kinesis_accounts WHERE account = $1 AND region = $2",
    account,
    region,
  )
  return row ? (JSON.parse(row.body) as Commitment) : {}
}

async function write(tx: Writing, account: string, region: string, commitment: Commitment): Promise<void> {
  await tx.run(
    `INSERT INTO kinesis_accounts (account, region, body) VALUES ($1, $2, $3)
     ON CONFLICT (account, region) DO UPDATE SET body = excluded.body`,
    account,
    region,
    JSON.stringify(commitment),
  )
}

/** Nobody pays here: the commitment is kept and told. */
export const DescribeAccountSettings = operation(DescribeAccountSettingsCommand, {
  access: () => ({ resource: "*" }),
  handle: async (_, { store, account, region }) => ({
    MinimumThroughputBillingCommitment: describe(await store.read((tx) => read(tx, account, region))),
  }),
})

export const UpdateAccountSettings = operation(UpdateAccountSettingsCommand, {
  access: () => ({ resource: "*" }),
  async handle({ MinimumThroughputBillingCommitment: { Status } }, { store, clock, account, region }) {
    const now = clock.now()
    const after = await store.transact(async (tx) => {
      const before = await read(tx, account, region)
      if ((Status === "ENABLED") === (before.startedAt !== undefined)) return before
      if (before.startedAt !== undefined && now < before.startedAt + SHORTEST_MILLISECONDS)
        // UNVERIFIED: the text.
        throw invalidArgument(
          `The minimum throughput billing commitment cannot be ended before ${new Date(before.startedAt + SHORTEST_MILLISECONDS).toISOString()}.`,
        )
      const changed: Commitment = Status === "ENABLED" ? { startedAt: now } : { endedAt: now }
      await write(tx, account, region, changed)
      return changed
    })
    return { MinimumThroughputBillingCommitment: describe(after) }
  },
})

const describe = ({ startedAt, endedAt }: Commitment): MinimumThroughputBillingCommitmentOutput => ({
  Status: startedAt === undefined ? "DISABLED" : "ENABLED",
  ...(startedAt !== undefined && {
    StartedAt: new Date(startedAt),
    EarliestAllowedEndAt: new Date(startedAt + SHORTEST_MILLISECONDS),
  }),
  ...(endedAt !== undefined && { EndedAt: new Date(endedAt) }),
})
