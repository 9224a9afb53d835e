import { GetFederationTokenCommand } from "@aws-sdk/client-sts"
import { issueSessionCredentials } from "../../authentication/session-token.ts"
import { requestTagContext } from "../../authorization/request-tags.ts"
import type { Requirement } from "../../authorization/requirement.ts"
import { formatArn } from "../../base/arn.ts"
import { operation } from "../../operation.ts"
import { packedSizeOf, sessionPoliciesOf } from "./session-policies.ts"
import { assertSessionTags, tagRecord } from "./session-tags.ts"
import { assertLongTerm, durationOf, issuerOf } from "./session-token.ts"

const federatedUserArn = (account: string, name: string): string =>
  formatArn({ service: "sts", region: "", account, resource: `federated-user/${name}` })

export const GetFederationToken = operation(GetFederationTokenCommand, {
  access: ({ Name, Tags = [] }, { account }) => {
    const resource = federatedUserArn(account, Name)
    const context = requestTagContext(Tags)
    const requirements: Requirement[] = [{ resource, context }]
    if (Tags.length > 0) requirements.push({ action: "sts:TagSession", resource, context })
    return requirements
  },
  async handle(input, context) {
    const { caller, masterKey, clock } = context
    const { Name, Tags = [] } = input
    assertLongTerm(caller, "GetFederationToken")
    assertSessionTags(Tags)
    const { account } = caller
    const policies = await sessionPoliciesOf(context, account, input)
    const tags = tagRecord(Tags)
    // 0 where there is nothing to pack (recorded 2024-06), which other operations leave out.
    const PackedPolicySize = packedSizeOf(policies, tags) ?? 0
    const session = {
      kind: "federated-user" as const,
      account,
      name: Name,
      issuer: issuerOf(caller),
      ...policies,
      ...(Tags.length > 0 && { tags }),
    }
    return {
      Credentials: issueSessionCredentials(masterKey, session, durationOf(input.DurationSeconds, caller), clock),
      FederatedUser: { FederatedUserId: `${account}:${Name}`, Arn: federatedUserArn(account, Name) },
      PackedPolicySize,
    }
  },
})
