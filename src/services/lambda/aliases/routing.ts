import type { AliasRoutingConfiguration } from "@aws-sdk/client-lambda"
import { bareInvalidParameter, invalidParameter } from "../errors.ts"
import { versionNumberOf } from "../functions/qualifiers.ts"
import { LATEST } from "../functions/record.ts"
import type { AliasBody } from "./record.ts"

/** The version that a share of the calls goes to. Throws what AWS refuses. */
export function parseRouting(
  routing: AliasRoutingConfiguration | undefined,
  version: number,
): AliasBody["additional"] | undefined {
  const [first, ...others] = Object.entries(routing?.AdditionalVersionWeights ?? {})
  if (first === undefined) return undefined
  if (others.length > 0) throw invalidParameter("Number of items in AdditionalVersionWeights cannot be greater than 1")
  const additional = { version: versionNumberOf(first[0]), weight: first[1] }
  assertRoutable(version, additional)
  return additional
}

/** Held against the version also where that alone changes. */
export function assertRoutable(version: number, additional: AliasBody["additional"]): void {
  if (!additional) return
  if (version === LATEST)
    throw bareInvalidParameter("$LATEST is not supported for an alias pointing to more than 1 version")
  if (additional.version === version)
    throw invalidParameter(
      `Invalid function version ${version}. Function version ${version} is already included in routing configuration.`,
    )
}
