import type { LambdaConfigType } from "@aws-sdk/client-cognito-identity-provider"
import { invalidParameter, tierLacksFeature } from "../errors.ts"

/**
 * The configuration of a pool's triggers as it is kept: PreTokenGeneration and PreTokenGenerationConfig say the same, each
 * for itself; custom senders and their key come together. Whether the functions are there and may be called is found out when
 * they are. Source: LambdaConfigType; that each is read back where the other was given: terraform-provider-aws, whose schema
 * has both computed.
 */
export function createLambdaConfig(given: LambdaConfigType | undefined, tier: string): LambdaConfigType {
  const { PreTokenGeneration, PreTokenGenerationConfig, ...rest } = given ?? {}
  const arn = PreTokenGenerationConfig?.LambdaArn ?? PreTokenGeneration
  if (PreTokenGeneration !== undefined && PreTokenGeneration !== arn)
    throw invalidParameter("PreTokenGeneration and PreTokenGenerationConfig.LambdaArn must have the same value.") // UNVERIFIED text
  const LambdaVersion = PreTokenGenerationConfig?.LambdaVersion ?? "V1_0"
  // Source: "Pre token generation Lambda trigger": the later versions are for Essentials and Plus. UNVERIFIED name.
  if (arn !== undefined && LambdaVersion !== "V1_0" && tier === "LITE")
    throw tierLacksFeature("LITE", "Access token customization")
  const hasSender = rest.CustomEmailSender !== undefined || rest.CustomSMSSender !== undefined
  if (hasSender && rest.KMSKeyID === undefined)
    throw invalidParameter("KMSKeyID is required when a custom sender Lambda trigger is configured.") // UNVERIFIED text
  if (!hasSender && rest.KMSKeyID !== undefined)
    throw invalidParameter("A custom sender Lambda trigger is required when KMSKeyID is configured.") // UNVERIFIED text
  return {
    ...rest,
    ...(arn !== undefined && {
      PreTokenGeneration: arn,
      PreTokenGenerationConfig: { LambdaVersion, LambdaArn: arn },
    }),
  }
}
