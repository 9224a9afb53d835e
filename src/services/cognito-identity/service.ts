import { operationsOf } from "../../operation.ts"
import type { Service } from "../../service.ts"
import { parsePoolArn } from "./arns.ts"
import { bodyLimits } from "./body-limits.ts"
import constraints from "./constraints.json" with { type: "json" }
import * as developers from "./developers/operations.ts"
import * as identities from "./identities/operations.ts"
import * as pools from "./pools/operations.ts"
import { findPool, removal } from "./pools/pool.ts"
import * as tags from "./pools/tags.ts"
import { rates } from "./rates.ts"
import * as credentials from "./roles/credentials.ts"
import * as roles from "./roles/operations.ts"
import { migrations } from "./tables.ts"
import { issues } from "./tokens/issues.ts"
import * as tokens from "./tokens/operations.ts"
import { pages } from "./tokens/pages.ts"

export { findIdentity } from "./identities/identity.ts"
export { describeIdentities } from "./identities/look-up.ts"
export { findPool, listPools, poolExists } from "./pools/pool.ts"

export const service: Service = {
  name: "cognito-identity",
  protocol: "awsJson1_1",
  targetPrefix: "AWSCognitoIdentityService",
  errors: "json",
  // Recorded 14-04-2023 (amplify-swift issue 2864).
  validationCode: "ValidationException",
  cors: true,
  operations: operationsOf([pools, tags, roles, identities, credentials, tokens, developers]),
  constraints,
  bodyLimits,
  rates,
  migrations,
  pages,
  issues,
  work: removal,
  async resourceFacts(arn, _action, deps) {
    const parsed = parsePoolArn(arn)
    const pool = parsed && (await findPool(deps, parsed.poolId))
    // Another account's pool is unknown here, and says nothing of whose it is.
    if (!pool || pool.account !== parsed.account || pool.region !== parsed.region) return undefined
    return { account: pool.account, tags: pool.settings.IdentityPoolTags ?? {} }
  },
}
