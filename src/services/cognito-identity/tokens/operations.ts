import { GetOpenIdTokenCommand } from "@aws-sdk/client-cognito-identity"
import { operation } from "../../../operation.ts"
import { classicFlowOff, classicFlowWithMappings, classicFlowWithSaml } from "../errors.ts"
import { findByName } from "../logins/index.ts"
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
    // A pool that says nothing has it off: AWS was seen in 2023 to let such a pool, made by its API, use it.
    if (!pool.settings.AllowClassicFlow)
      throw classicFlowOff({ check: "AllowClassicFlow", found: pool.settings.AllowClassicFlow })
    // Of any provider: guests of a pool that maps its members' roles are refused too (reported 2022).
    const mapped = Object.keys(pool.roleMappings)
    if (mapped.length > 0) throw classicFlowWithMappings({ check: "RoleMappings", providers: mapped })
    if (logins.some(({ isSaml }) => isSaml)) throw classicFlowWithSaml()
    const [first] = logins
    const tags = first && principalTags(findByName(pool.principalTags, first), first.claims)
    const claims = { identityId: identity.identityId, amr, ...(tags && { tags }) }
    return { IdentityId: identity.identityId, Token: await issueOpenIdToken(context, pool, claims, TOKEN_SECONDS) }
  },
})
