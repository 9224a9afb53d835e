import { GetOpenIdTokenCommand } from "@aws-sdk/client-cognito-identity"
import { operation } from "../../../operation.ts"
import { classicFlowOff, classicFlowWithMappings } from "../errors.ts"
import { enter } from "../roles/enter.ts"
import { principalTags } from "../roles/principal-tags.ts"
import { issueOpenIdToken } from "./open-id-token.ts"

/** Source: API Reference, "GetOpenIdToken": valid for 10 minutes. */
const TOKEN_SECONDS = 10 * 60

/** The basic (classic) flow: a token to bring to AssumeRoleWithWebIdentity, with a role of the caller's choice. */
export const GetOpenIdToken = operation(GetOpenIdTokenCommand, {
  access: "public",
  async handle({ IdentityId, Logins }, context) {
    const { pool, identity, logins, amr } = await enter(context, IdentityId, Logins)
    if (!pool.settings.AllowClassicFlow) throw classicFlowOff()
    if (logins.some(({ mappingName }) => Object.hasOwn(pool.roleMappings, mappingName))) throw classicFlowWithMappings()
    const [first] = logins
    const tags = first && (first.tags ?? principalTags(pool.principalTags[first.principalTagName], first.claims))
    const claims = { identityId: identity.identityId, amr, ...(tags && { tags }) }
    return { IdentityId: identity.identityId, Token: await issueOpenIdToken(context, pool, claims, TOKEN_SECONDS) }
  },
})
