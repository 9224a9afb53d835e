import { DecreaseStreamRetentionPeriodCommand, IncreaseStreamRetentionPeriodCommand } from "@aws-sdk/client-kinesis"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import { type NamesStream, onOwnStream, ownStreamOf } from "../access.ts"
import { invalidArgument } from "../errors.ts"
import { HOUR_MILLISECONDS } from "../limits.ts"
import type { StreamRecord } from "./record.ts"
import { changeSettings } from "./settings.ts"

const SHORTEST_HOURS = 24
const LONGEST_HOURS = 8760

/** What came before that moment is not shown any more, whether it is removed yet or not. */
export const oldestKept = ({ retentionHours }: Pick<StreamRecord, "retentionHours">, now: number): number =>
  Math.max(now - retentionHours * HOUR_MILLISECONDS, 0)

export const IncreaseStreamRetentionPeriod = operation(IncreaseStreamRetentionPeriodCommand, {
  access: onOwnStream,
  handle: (input, context) =>
    setRetention(input, context, ({ name, retentionHours }) => {
      if (input.RetentionPeriodHours < retentionHours)
        throw invalidArgument(
          `Requested retention period (${input.RetentionPeriodHours} hours) for stream ${name} can not be shorter than existing retention period (${retentionHours} hours). Use DecreaseRetentionPeriod API.`,
        )
    }),
})

export const DecreaseStreamRetentionPeriod = operation(DecreaseStreamRetentionPeriodCommand, {
  access: onOwnStream,
  handle: (input, context) =>
    setRetention(input, context, ({ name, retentionHours }) => {
      if (input.RetentionPeriodHours > retentionHours)
        throw invalidArgument(
          `Requested retention period (${input.RetentionPeriodHours} hours) for stream ${name} can not be longer than existing retention period (${retentionHours} hours). Use IncreaseRetentionPeriod API.`,
        )
    }),
})

async function setRetention(
  input: NamesStream & { RetentionPeriodHours: number },
  context: CallContext,
  assertDirection: (record: StreamRecord) => void,
): Promise<Record<string, never>> {
  const { RetentionPeriodHours: retentionHours } = input
  if (retentionHours < SHORTEST_HOURS)
    throw invalidArgument(
      `Minimum allowed retention period is ${SHORTEST_HOURS} hours. Requested retention period (${retentionHours} hours) is too short.`,
    )
  // UNVERIFIED: the text, made after the one above.
  if (retentionHours > LONGEST_HOURS)
    throw invalidArgument(
      `Maximum allowed retention period is ${LONGEST_HOURS} hours. Requested retention period (${retentionHours} hours) is too long.`,
    )
  await changeSettings(context, ownStreamOf(input, context), (record) => {
    assertDirection(record)
    return { ...record, retentionHours }
  })
  return {}
}
