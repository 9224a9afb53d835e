import type { CognitoStreams } from "@aws-sdk/client-cognito-sync"
import type { Deps } from "../../../call.ts"
import { putSettings, readSettings } from "../pools/record.ts"

/**
 * Turns a stream off that does not take anything: it was deleted, or the role may not be assumed or not write to it. Somebody
 * has to turn it on again (Developer Guide, "Amazon Cognito Streams"). One that was configured meanwhile stays as it is.
 */
export async function turnStreamOff(
  { store }: Pick<Deps, "store">,
  poolId: string,
  { StreamName, RoleArn }: CognitoStreams,
  disabledReason: string,
): Promise<void> {
  await store.transact(async (tx) => {
    const settings = await readSettings(tx, poolId)
    const { streams } = settings
    if (streams?.StreamName !== StreamName || streams?.RoleArn !== RoleArn) return
    await putSettings(tx, poolId, { ...settings, streams: { ...streams, StreamingStatus: "DISABLED" }, disabledReason })
  })
}
