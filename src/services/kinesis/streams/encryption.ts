import { StartStreamEncryptionCommand, StopStreamEncryptionCommand } from "@aws-sdk/client-kinesis"
import { formatArn } from "../../../base/arn.ts"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import { onOwnStream, ownStreamOf } from "../access.ts"
import { type StreamName, streamArn } from "../arns.ts"
import { invalidArgument } from "../errors.ts"
import { keyFault } from "../records/encryption.ts"
import { changeSettings } from "./settings.ts"

export const StartStreamEncryption = operation(StartStreamEncryptionCommand, {
  access: onOwnStream,
  async handle(input, context) {
    const name = ownStreamOf(input, context)
    const { KeyId: keyId, EncryptionType } = input
    // UNVERIFIED: the text.
    if (EncryptionType !== "KMS")
      throw invalidArgument("EncryptionType must be KMS to start the encryption of a stream.")
    await assertKey(context, name, keyId)
    await changeSettings(context, name, (record) => ({ ...record, encryption: { keyId, keyArn: arnOf(keyId, name) } }))
    return {}
  },
})

export const StopStreamEncryption = operation(StopStreamEncryptionCommand, {
  access: onOwnStream,
  async handle(input, context) {
    const name = ownStreamOf(input, context)
    // UNVERIFIED: both texts.
    if (input.EncryptionType !== "KMS")
      throw invalidArgument("EncryptionType must be KMS to stop the encryption of a stream.")
    await changeSettings(context, name, ({ encryption, ...record }) => {
      if (!encryption) throw invalidArgument(`Stream ${name.name} under account ${name.account} is not encrypted.`)
      return record
    })
    return {}
  },
})

/** An alias stays one: who moves it moves what is written from then on. */
const arnOf = (keyId: string, { account, region }: StreamName): string => {
  if (keyId.startsWith("arn:")) return keyId
  const resource = keyId.startsWith("alias/") ? keyId : `key/${keyId}`
  return formatArn({ service: "kms", region, account, resource })
}

/** Developer Guide, "Permissions to use user-generated KMS keys": administrators of streams need kms:DescribeKey. */
async function assertKey({ caller, region, peers }: CallContext, name: StreamName, KeyId: string): Promise<void> {
  if (caller.kind === "anonymous") throw new Error("Streams are not encrypted without a signature.")
  const as = { caller, via: ["kinesis.amazonaws.com"] as const, region, onBehalfOf: streamArn(name) }
  const answer = await peers.call({ service: "kms", operation: "DescribeKey", input: { KeyId }, as })
  if (answer.is === "refused") throw keyFault(answer)
  const { Arn, KeyState, KeySpec } = answer.output.KeyMetadata as { Arn: string; KeyState: string; KeySpec: string }
  // The texts are those that KMS has for uses of such keys.
  if (KeyState === "Disabled") throw keyFault({ code: "DisabledException", message: `${Arn} is disabled.` })
  if (KeyState !== "Enabled")
    throw keyFault({ code: "KMSInvalidStateException", message: `${Arn} is pending deletion.` })
  if (KeySpec !== "SYMMETRIC_DEFAULT")
    throw invalidArgument(`${Arn} is no symmetric key, which encryption of a stream needs.`)
}
