import type { CallContext } from "../../../call.ts"
import { keyInvalid } from "../errors.ts"
import { decryptForCaller, encryptVariables, giveKeyBack, lendKey } from "./customer-key.ts"
import { openVariables, sealVariables, type Variables } from "./environment.ts"
import type { FunctionRecord, FunctionVersion, StoredConfiguration, VersionBody } from "./record.ts"

/** Variables as they lie in the database: sealed by the server, or under the customer's key that the configuration names. */
export type Kept = Pick<VersionBody, "environment" | "encrypted" | "granteeId">

type Identity = Pick<FunctionRecord, "id" | "account" | "region" | "name">

export async function keepVariables(
  context: CallContext,
  owner: Identity,
  { KMSKeyArn, Role }: StoredConfiguration,
  variables: Variables | undefined,
): Promise<Kept> {
  const granteeId = KMSKeyArn && (await lendKey(context, owner, KMSKeyArn, Role!))
  if (variables === undefined) return {}
  if (granteeId) return { encrypted: await encryptVariables(context, owner, KMSKeyArn!, variables), granteeId }
  return { environment: sealVariables(context.masterKey, owner.id, variables) }
}

/**
 * What an update makes of the variables; undefined where they stay as they are. Under another key they are encrypted anew, which
 * takes a caller who may decrypt them.
 */
export async function changeVariables(
  context: CallContext,
  { function: owner, body }: FunctionVersion,
  configuration: StoredConfiguration,
  asked: Variables | undefined,
): Promise<Kept | undefined> {
  const before = body.configuration
  const isOtherKey = configuration.KMSKeyArn !== before.KMSKeyArn
  if (asked === undefined && !isOtherKey) {
    const isOtherRole = configuration.Role !== before.Role
    if (!configuration.KMSKeyArn || !isOtherRole) return undefined
    const granteeId = await lendKey(context, owner, configuration.KMSKeyArn, configuration.Role!)
    return body.encrypted === undefined ? undefined : { encrypted: body.encrypted, granteeId }
  }
  const variables = asked ?? (await readVariables(context, owner, body))
  return keepVariables(context, owner, configuration, variables)
}

async function readVariables(
  context: CallContext,
  owner: Identity,
  { environment, encrypted }: Kept,
): Promise<Variables | undefined> {
  if (environment !== undefined) return openVariables(context.masterKey, owner.id, environment)
  if (encrypted === undefined) return undefined
  const read = await decryptForCaller(context, owner, encrypted)
  if ("Error" in read) throw keyInvalid("Decrypt", read.Error.ErrorCode ?? "", read.Error.Message ?? "")
  return read.Variables
}

/** Once a function uses a key no more: its published versions use what they were published with. */
export async function giveFormerKeyBack(
  context: CallContext,
  { function: owner, body }: FunctionVersion,
  { KMSKeyArn }: StoredConfiguration,
): Promise<void> {
  const former = body.configuration
  if (former.KMSKeyArn && former.KMSKeyArn !== KMSKeyArn && owner.body.nextVersion === 1)
    await giveKeyBack(context, owner, former.KMSKeyArn, former.Role!)
}
