import { cut } from "../../../base/cut.ts"
import type { CallContext } from "../../../call.ts"
import type { Entry } from "../datasets/entries.ts"
import type { Patch } from "../datasets/patch.ts"
import type { DatasetKey } from "../datasets/record.ts"
import { functionFailed, functionLate, functionThrottled, functionUnreachable } from "../errors.ts"
import { findSettings } from "./record.ts"
import { senderFor } from "./role.ts"
import { applyAnswer, type SyncTriggerEvent, triggerEvent } from "./trigger-event.ts"

/** Developer Guide, "Amazon Cognito Events": the function has 5 seconds. */
const WITHIN_MILLISECONDS = 5_000
/** Of what it failed with so much is told on. */
const SAID_LENGTH = 500

/** The patches as the pool's function for `SyncTrigger` returns them; as they are where it has none. */
export async function askTrigger(
  context: CallContext,
  poolId: string,
  { identityId, name }: DatasetKey,
  patches: readonly Patch[],
  findPresent: () => Promise<readonly Entry[]>,
): Promise<Patch[]> {
  const arn = (await findSettings(context, poolId)).events.SyncTrigger
  if (arn === undefined) return [...patches]
  const { region } = context
  const present = await findPresent()
  const event = triggerEvent({ region, identityPoolId: poolId, identityId, datasetName: name }, present, patches)
  return applyAnswer(event, present, patches, await invoke(context, poolId, arn, event))
}

async function invoke(
  { peers, region, account }: CallContext,
  poolId: string,
  arn: string,
  event: SyncTriggerEvent,
): Promise<Uint8Array> {
  const receipt = await peers.send({
    arn,
    from: senderFor(region, account, poolId),
    payload: Buffer.from(JSON.stringify(event)),
    awaits: "answer",
    withinMilliseconds: WITHIN_MILLISECONDS,
  })
  if (receipt.is === "answered") return receipt.payload
  const facts = {
    check: "the function of the sync trigger",
    found: receipt.is,
    arn,
    poolArn: senderFor(region, account, poolId).sourceArn,
  }
  if (receipt.is === "late") throw functionLate(facts)
  if (receipt.is === "failed")
    throw functionFailed({ ...facts, said: cut(Buffer.from(receipt.payload).toString(), SAID_LENGTH) })
  if (receipt.is !== "refused") throw functionUnreachable(facts)
  const refused = { ...facts, code: receipt.code }
  throw receipt.code === "TooManyRequestsException" ? functionThrottled(refused) : functionUnreachable(refused)
}
