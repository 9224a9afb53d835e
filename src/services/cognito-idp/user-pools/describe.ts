import type { UserPoolDescriptionType, UserPoolType } from "@aws-sdk/client-cognito-identity-provider"
import type { UserPool } from "./record.ts"

/** A pool as CreateUserPool and DescribeUserPool answer it. */
export function describePool(pool: UserPool, users: number): UserPoolType {
  const { settings } = pool
  return {
    Id: pool.id,
    Name: pool.name,
    ...settings,
    LastModifiedDate: new Date(pool.modifiedAt),
    CreationDate: new Date(pool.createdAt),
    SchemaAttributes: pool.schema,
    ...(pool.aliasAttributes && { AliasAttributes: pool.aliasAttributes }),
    ...(pool.usernameAttributes && { UsernameAttributes: pool.usernameAttributes }),
    EstimatedNumberOfUsers: users,
    UserPoolTags: pool.tags,
    ...(pool.caseSensitivityGiven && { UsernameConfiguration: { CaseSensitive: pool.caseSensitive } }),
    Arn: pool.arn,
  }
}

/** A pool as ListUserPools answers it. */
export const summarizePool = (pool: UserPool): UserPoolDescriptionType => ({
  Id: pool.id,
  Name: pool.name,
  LambdaConfig: pool.settings.LambdaConfig ?? {},
  LastModifiedDate: new Date(pool.modifiedAt),
  CreationDate: new Date(pool.createdAt),
})
