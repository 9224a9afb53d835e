import { parseArn } from "../../base/arn.ts"

export const poolArn = (region: string, account: string, poolId: string): string =>
  `arn:aws:cognito-identity:${region}:${account}:identitypool/${poolId}`

export function parsePoolArn(text: string): { region: string; account: string; poolId: string } | undefined {
  const arn = parseArn(text)
  if (arn?.service !== "cognito-identity" || !arn.resource.startsWith("identitypool/")) return undefined
  const poolId = arn.resource.slice("identitypool/".length)
  // Policies were asked about the text as it is: a pool has one ARN, and no second in another partition.
  if (text !== poolArn(arn.region, arn.account, poolId)) return undefined
  return { region: arn.region, account: arn.account, poolId }
}

/** `us-east-1:8a1b...`: of pools and of identities alike. */
export const regionOf = (id: string): string => id.slice(0, id.indexOf(":"))
