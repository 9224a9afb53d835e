import type { ResourceFacts } from "../../authorization/resource-facts.ts"
import { parseArn } from "../../base/arn.ts"
import type { Deps } from "../../call.ts"
import type { Service } from "../../service.ts"
import { bodyLimits } from "./body-limits.ts"
import { dispatching } from "./codes/dispatch.ts"
import constraints from "./constraints.json" with { type: "json" }
import { withoutDomainPattern } from "./domains/names.ts"
import { sites } from "./hosted/site.ts"
import { sweeping } from "./hosted/sweep.ts"
import { operations } from "./operations.ts"
import { pages } from "./pages.ts"
import { rates } from "./rates.ts"
import { removals } from "./removal.ts"
import { migrations } from "./tables.ts"
import { issues } from "./tokens/issues.ts"
import { fillSupply } from "./tokens/signing-keys.ts"
import { sending } from "./triggers/senders.ts"
import { importing } from "./user-import/worker.ts"
import { findUserPool } from "./user-pools/record.ts"

export { retryMessages } from "./codes/dispatch.ts"
export { clearMessages, listMessages, type Message } from "./codes/outbox.ts"
export { type TokenFailure, UserPoolTokenError, type VerifiedIdToken, verifyIdToken } from "./tokens/verify.ts"
export { findUserPool, type UserPool } from "./user-pools/record.ts"
export type { Arrivals } from "./user-transfer/arrive.ts"
export { arrive } from "./user-transfer/arrive.ts"
export { describeLeaving, listLeaving } from "./user-transfer/leave.ts"

/** Amazon Cognito user pools. */
export const service: Service = {
  name: "cognito-idp",
  protocol: "awsJson1_1",
  targetPrefix: "AWSCognitoIdentityProviderService",
  errors: "json",
  validationCode: "InvalidParameterException",
  cors: true,
  operations,
  constraints: withoutDomainPattern(constraints),
  bodyLimits,
  rates,
  migrations,
  resourceFacts,
  pages,
  sites,
  issues,
  work: { ...removals, ...sweeping, ...sending, ...dispatching, ...importing },
  async start() {
    fillSupply()
  },
}

async function resourceFacts(arn: string, _action: string, { store }: Deps): Promise<ResourceFacts | undefined> {
  const parsed = parseArn(arn)
  const id = /^userpool\/(.+)$/.exec(parsed?.resource ?? "")?.[1]
  const pool = id === undefined ? undefined : await findUserPool(store, id)
  // Another account's pool is unknown here, and says nothing of whose it is.
  if (!pool || pool.account !== parsed!.account || pool.region !== parsed!.region) return undefined
  return { account: pool.account, tags: pool.tags }
}
