import { GetCSVHeaderCommand } from "@aws-sdk/client-cognito-identity-provider"
import { operation } from "../../../operation.ts"
import { onUserPool } from "../access.ts"
import { getUserPool, type UserPool } from "./record.ts"
import { SYSTEM_NAMES } from "./standard-attributes.ts"

/** The columns of a file of users to import. Source: "get-csv-header" in the AWS CLI reference. */
export function columnsOf(pool: UserPool): string[] {
  const attributes = pool.schema.map(({ Name }) => Name!).filter((name) => !SYSTEM_NAMES.has(name))
  return [...attributes, "cognito:mfa_enabled", "cognito:username"]
}

export const GetCSVHeader = operation(GetCSVHeaderCommand, {
  access: onUserPool,
  async handle({ UserPoolId }, context) {
    const pool = await getUserPool(UserPoolId, context)
    return { UserPoolId: pool.id, CSVHeader: columnsOf(pool) }
  },
})
