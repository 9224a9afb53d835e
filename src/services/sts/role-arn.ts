import { parseArn } from "../../base/arn.ts"
import { invalidArn } from "./errors.ts"

/** The account of a role's ARN; STS refuses what cannot be one before it looks for the role (recorded 2025-07-21). */
export function accountOfRoleArn(text: string): string {
  const arn = parseArn(text)
  if (arn?.service !== "iam" || arn.region !== "" || !/^\d{12}$/.test(arn.account) || !/^role\/./.test(arn.resource))
    throw invalidArn(text)
  return arn.account
}
