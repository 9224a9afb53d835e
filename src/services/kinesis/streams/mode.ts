import { UpdateStreamModeCommand } from "@aws-sdk/client-kinesis"
import { operation } from "../../../operation.ts"
import { ownStreamOf } from "../access.ts"
import { limitExceeded, notBuilt } from "../errors.ts"
import { DAY_MILLISECONDS } from "../limits.ts"
import { beginChange, CHANGE_STREAM } from "./change-work.ts"
import { assertRoom } from "./create.ts"
import { readActive } from "./record.ts"

/** API Reference, UpdateStreamMode. */
const CHANGES_A_DAY = 2

export const UpdateStreamMode = operation(UpdateStreamModeCommand, {
  // Service Authorization Reference: an action without resource types.
  access: () => ({ resource: "*" }),
  async handle(input, context) {
    const { store, work, clock } = context
    if (input.WarmThroughputMiBps !== undefined) throw notBuilt("warm throughput")
    const name = ownStreamOf(input, context)
    const mode = input.StreamModeDetails.StreamMode!
    const id = await store.transact(async (tx) => {
      const record = await readActive(tx, name)
      if (record.mode === mode) return undefined
      const now = clock.now()
      const modeChanges = record.modeChanges.filter((at) => at > now - DAY_MILLISECONDS)
      if (!context.unlimitedStreams) {
        // UNVERIFIED: the text.
        if (modeChanges.length >= CHANGES_A_DAY)
          throw limitExceeded(
            `Stream ${name.name} under account ${name.account} has been switched ${CHANGES_A_DAY} times between capacity modes in the last 24 hours.`,
          )
        await assertRoom(tx, name, { shards: 0, onDemand: mode === "ON_DEMAND" ? 1 : 0 })
      }
      await beginChange(tx, work, { ...record, mode, modeChanges: [...modeChanges, now] }, { is: "settings" })
      return record.id
    })
    if (id !== undefined) await work.firstPiece(CHANGE_STREAM, id)
    return {}
  },
})
