import type { TokenChanges } from "../tokens/changes.ts"
import { clientMetadataOf, type Occasion } from "./event.ts"
import { findFunction } from "./find.ts"
import { runTrigger } from "./run.ts"
import { readTokenChanges } from "./token-generation.ts"

const SOURCE = "TokenGeneration_ClientCredentials"

/**
 * PreTokenGeneration for a machine: only the third version of the event has it. There is no user, and no ID token. Source: "Pre
 * token generation Lambda trigger".
 */
export async function askClientTokenGeneration(
  occasion: Occasion,
  scopes: readonly string[],
): Promise<TokenChanges | undefined> {
  const { deps, pool } = occasion
  if (findFunction(deps, pool, "PreTokenGeneration")?.version !== "V3_0") return undefined
  const answer = await runTrigger(occasion, "PreTokenGeneration", {
    source: SOURCE,
    userName: "ClientCredentials",
    request: { userAttributes: {}, groupConfiguration: null, scopes, ...clientMetadataOf(occasion) },
  })
  const changes = answer && readTokenChanges(answer, SOURCE)
  return changes && { ...changes, groups: undefined }
}
