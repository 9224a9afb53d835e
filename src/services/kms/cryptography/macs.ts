import { createHmac, timingSafeEqual } from "node:crypto"
import { GenerateMacCommand, VerifyMacCommand } from "@aws-sdk/client-kms"
import type { CallContext } from "../../../call.ts"
import { operation, type Scope } from "../../../operation.ts"
import { type KeyRequirement, onKey } from "../access.ts"
import { invalidKeyUsage, macInvalid } from "../errors.ts"
import { macAlgorithmOf } from "../keys/metadata.ts"
import type { Key } from "../keys/record.ts"
import { assertNoDryRun, currentMaterial, openKey } from "./use.ts"

interface MacInput {
  KeyId: string
  MacAlgorithm: string
  Message: Uint8Array
  GrantTokens?: string[] | undefined
}

const onMac = (input: MacInput, scope: Scope): KeyRequirement =>
  onKey(input.KeyId, scope, { grantTokens: input.GrantTokens, context: { "kms:MacAlgorithm": input.MacAlgorithm } })

async function macOf(input: MacInput, context: CallContext): Promise<{ key: Key; mac: Buffer }> {
  const key = await openKey(onMac(input, context), "GENERATE_VERIFY_MAC", context)
  const { spec } = key.record
  if (macAlgorithmOf(spec) !== input.MacAlgorithm) throw invalidKeyUsage(key.arn, spec, input.MacAlgorithm)
  const hash = spec.replace("HMAC_", "sha")
  return {
    key,
    mac: createHmac(hash, await currentMaterial(context, key))
      .update(input.Message)
      .digest(),
  }
}

export const GenerateMac = operation(GenerateMacCommand, {
  access: onMac,
  async handle(input, context) {
    const { key, mac } = await macOf(input, context)
    assertNoDryRun(input)
    return { Mac: mac, MacAlgorithm: input.MacAlgorithm, KeyId: key.arn }
  },
})

export const VerifyMac = operation(VerifyMacCommand, {
  access: onMac,
  async handle(input, context) {
    const { key, mac } = await macOf(input, context)
    if (mac.length !== input.Mac.length || !timingSafeEqual(mac, input.Mac)) throw macInvalid()
    assertNoDryRun(input)
    return { KeyId: key.arn, MacValid: true, MacAlgorithm: input.MacAlgorithm }
  },
})
