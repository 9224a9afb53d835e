import { GetCredentialsForIdentityCommand } from "@aws-sdk/client-cognito-identity"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import { findRole } from "../../iam/service.ts"
import { decideWebIdentity, issueRoleSession } from "../../sts/service.ts"
import { ambiguousRole, invalidConfiguration, roleForbidden } from "../errors.ts"
import { findByName } from "../logins/index.ts"
import { hasGroupsTag } from "../pools/groups-tag.ts"
import { PROVIDER } from "../tokens/open-id-token.ts"
import { chooseRole } from "./choose-role.ts"
import { type Entered, enter } from "./enter.ts"
import { GUEST_SESSION_POLICY, GUEST_SESSION_POLICY_ARN } from "./guest-scope-down.ts"
import { principalTags } from "./principal-tags.ts"

/** Source: Cognito Developer Guide, "Enhanced (simplified) flow": the credentials are valid for one hour. */
const SESSION_SECONDS = 60 * 60
const SESSION_NAME = "CognitoIdentityCredentials"

/** The enhanced flow: the pool chooses the role, and the role's trust policy is asked. */
export const GetCredentialsForIdentity = operation(GetCredentialsForIdentityCommand, {
  access: "public",
  async handle({ IdentityId, Logins, CustomRoleArn }, context) {
    const entered = await enter(context, IdentityId, Logins, { takesCognitoToken: true })
    const { pool, identity, logins, amr } = entered
    const isGuest = logins.length === 0
    const login = mappedLogin(entered)
    const chosen = chooseRole({
      roles: pool.roles,
      mapping: login && findByName(pool.roleMappings, login),
      isGuest,
      claims: login?.claims ?? {},
      customRoleArn: CustomRoleArn,
      ...(login?.roles && { assertedRoles: login.roles }),
    })
    const { because } = chosen
    if ("forbidden" in chosen) throw roleForbidden(chosen.forbidden, because)
    if ("ambiguous" in chosen) throw ambiguousRole(because)
    if ("missing" in chosen) throw invalidConfiguration(because)

    const tags = login && (login.tags ?? principalTags(findByName(pool.principalTags, login), login.claims))
    const claims = {
      [`${PROVIDER}:aud`]: pool.poolId,
      [`${PROVIDER}:sub`]: identity.identityId,
      [`${PROVIDER}:amr`]: amr,
    }
    const role = await trustedRole(context, entered, chosen.role, because, claims, tags)
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = issueRoleSession(context, {
      role,
      sessionName: SESSION_NAME,
      durationSeconds: SESSION_SECONDS,
      ...(isGuest && { policies: [GUEST_SESSION_POLICY], policyArns: [GUEST_SESSION_POLICY_ARN] }),
      ...(tags && { tags }),
      context: { ...claims, "aws:FederatedProvider": PROVIDER },
      ...(hasGroupsTag(pool.settings.IdentityPoolTags) && { cognitoGroups: login?.groups ?? [] }),
    })
    return {
      IdentityId: identity.identityId,
      Credentials: { AccessKeyId, SecretKey: SecretAccessKey, SessionToken, Expiration },
    }
  },
})

/** Of several logins, the first whose provider has a mapping decides. UNVERIFIED: AWS's order. */
const mappedLogin = ({ pool, logins }: Entered) =>
  logins.find((login) => findByName(pool.roleMappings, login) !== undefined) ?? logins[0]

/** The role, of the pool's own account, once its trust policy let the identity in. */
async function trustedRole(
  context: CallContext,
  { pool }: Entered,
  arn: string,
  because: unknown,
  claims: Record<string, string | readonly string[]>,
  tags: Record<string, string> | undefined,
) {
  const role = await findRole(context, arn)
  if (!role) throw invalidConfiguration({ check: "the role exists", role: arn, chosen: because })
  if (role.account !== pool.account)
    throw invalidConfiguration({ check: "the role is of the pool's account", role: arn, pool: pool.account })
  if (!(await decideWebIdentity(context, { role, provider: PROVIDER, claims, ...(tags && { tags }) })))
    throw invalidConfiguration({ check: "the trust policy of the role", role: arn, chosen: because, claims })
  return role
}
