import type { IdentityProviderTypeType } from "@aws-sdk/client-cognito-identity-provider"
import type { Occasion } from "./event.ts"
import { runTrigger } from "./run.ts"

type Told = Readonly<Record<string, Readonly<Record<string, string>>>>

/**
 * InboundFederation: what a provider told may be put otherwise before it is mapped. Undefined where it stays as it is. Source:
 * "Inbound federation Lambda trigger": whatever `userAttributesToMap` does not hold is dropped, and an empty one changes nothing.
 */
export async function askInboundFederation(
  occasion: Occasion,
  userName: string,
  provider: { name: string; type: IdentityProviderTypeType },
  attributes: Told,
): Promise<Record<string, string> | undefined> {
  const answer = await runTrigger(occasion, "InboundFederation", {
    source: "InboundFederation_ExternalProvider",
    userName,
    request: { providerName: provider.name, providerType: provider.type, attributes },
  })
  const mapped = answer?.userAttributesToMap
  return mapped && Object.keys(mapped).length > 0 ? mapped : undefined
}
