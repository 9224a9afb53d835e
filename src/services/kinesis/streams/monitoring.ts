import {
  DisableEnhancedMonitoringCommand,
  EnableEnhancedMonitoringCommand,
  type MetricsName,
} from "@aws-sdk/client-kinesis"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import { type NamesStream, ownStreamOf } from "../access.ts"
import { streamArn } from "../arns.ts"
import { changeAtOnce } from "./settings.ts"

/** API Reference, EnableEnhancedMonitoring: what ALL stands for. */
const METRICS: readonly MetricsName[] = [
  "IncomingBytes",
  "IncomingRecords",
  "OutgoingBytes",
  "OutgoingRecords",
  "WriteProvisionedThroughputExceeded",
  "ReadProvisionedThroughputExceeded",
  "IteratorAgeMilliseconds",
]

// There are no metrics of CloudWatch here: what is asked for is kept and told. By the Service Authorization Reference
// both actions are without resource types.

export const EnableEnhancedMonitoring = operation(EnableEnhancedMonitoringCommand, {
  access: () => ({ resource: "*" }),
  handle: (input, context) => change(input, context, (metrics, named) => new Set([...metrics, ...named])),
})

export const DisableEnhancedMonitoring = operation(DisableEnhancedMonitoringCommand, {
  access: () => ({ resource: "*" }),
  handle: (input, context) => change(input, context, (metrics, named) => metrics.difference(named)),
})

type Metrics = ReadonlySet<MetricsName>

async function change(
  input: NamesStream & { ShardLevelMetrics: MetricsName[] },
  context: CallContext,
  changed: (metrics: Metrics, named: Metrics) => Metrics,
) {
  const name = ownStreamOf(input, context)
  const named = new Set(input.ShardLevelMetrics.includes("ALL") ? METRICS : input.ShardLevelMetrics)
  const { before, after } = await changeAtOnce(context, name, (record) => {
    const metrics = changed(new Set(record.metrics), named)
    return { ...record, metrics: METRICS.filter((metric) => metrics.has(metric)) }
  })
  return {
    StreamName: name.name,
    StreamARN: streamArn(name),
    CurrentShardLevelMetrics: [...before.metrics],
    DesiredShardLevelMetrics: [...after.metrics],
  }
}
