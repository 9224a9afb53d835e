import type { LambdaConfigType } from "@aws-sdk/client-cognito-identity-provider"
import type { Deps } from "../../../call.ts"
import { invalidParameter, notSupportedHere, tierLacksFeature } from "../errors.ts"

const SENDERS = ["CustomEmailSender", "CustomSMSSender"] as const

/**
 * The configuration of a pool's triggers as it is kept: PreTokenGeneration and PreTokenGenerationConfig say the same, each
 * for itself. Whether the functions are there and may be called is found out when they are. Source: LambdaConfigType; that
 * each is read back where the other was given: terraform-provider-aws, whose schema has both computed.
 */
export function createLambdaConfig(
  given: LambdaConfigType | undefined,
  tier: string,
  { peers }: Pick<Deps, "peers">,
): LambdaConfigType {
  const { PreTokenGeneration, PreTokenGenerationConfig, ...rest } = given ?? {}
  const arn = PreTokenGenerationConfig?.LambdaArn ?? PreTokenGeneration
  if (PreTokenGeneration !== undefined && PreTokenGeneration !== arn)
    throw invalidParameter("PreTokenGeneration and PreTokenGenerationConfig.LambdaArn must have the same value.") // UNVERIFIED text
  const LambdaVersion = PreTokenGenerationConfig?.LambdaVersion ?? "V1_0"
  // Source: "Pre token generation Lambda trigger": the later versions are for Essentials and Plus. UNVERIFIED name.
  if (arn !== undefined && LambdaVersion !== "V1_0" && tier === "LITE")
    throw tierLacksFeature("LITE", "Access token customization")
  assertSenders(rest, peers)
  return {
    ...rest,
    ...(arn !== undefined && {
      PreTokenGeneration: arn,
      PreTokenGenerationConfig: { LambdaVersion, LambdaArn: arn },
    }),
  }
}

/**
 * Custom senders and their key come together. A function cannot decrypt under a key that this server does not have, so the
 * senders of a test process alone are taken: they are told the code as it is.
 */
function assertSenders(config: LambdaConfigType, peers: Deps["peers"]): void {
  const senders = SENDERS.filter((name) => config[name] !== undefined)
  if (senders.length > 0 && config.KMSKeyID === undefined)
    throw invalidParameter("KMSKeyID is required when a custom sender Lambda trigger is configured.") // UNVERIFIED text
  if (senders.length === 0 && config.KMSKeyID !== undefined)
    throw invalidParameter("A custom sender Lambda trigger is required when KMSKeyID is configured.") // UNVERIFIED text
  for (const name of senders)
    if (peers.findStandIn("cognito-idp", name)?.arn !== config[name]!.LambdaArn)
      throw notSupportedHere(`${name} with a key of KMS`)
}
