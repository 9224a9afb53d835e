import type { UserPoolDescriptionType, UserPoolType } from "@aws-sdk/client-cognito-identity-provider"
import type { Domain } from "../domains/record.ts"
import type { UserPool } from "./record.ts"

/** A pool as CreateUserPool and DescribeUserPool answer it. */
export function describePool(pool: UserPool, users: number, domains: readonly Domain[] = []): UserPoolType {
  const { settings } = pool
  const domainOf = (kind: Domain["kind"]) => domains.find((domain) => domain.kind === kind)?.domain
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
    Domain: domainOf("prefix"),
    CustomDomain: domainOf("custom"),
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
