import { AssumeRoleWithSAMLCommand } from "@aws-sdk/client-sts"
import { operation } from "../../operation.ts"
import { findRole, findSamlProvider } from "../iam/service.ts"
import { decideFederation } from "./decide-web-identity.ts"
import { longerThanRole, noSamlProvider, notAuthorizedFor } from "./errors.ts"
import { assumedRoleUser, issueRoleSession } from "./issue-session.ts"
import { accountOfRoleArn } from "./role-arn.ts"
import { verifySaml } from "./saml-assertion.ts"
import { packedSizeOf, sessionPoliciesOf } from "./session-policies.ts"

const DEFAULT_SECONDS = 3600
const OPERATION = "AssumeRoleWithSAML"
/** Of the keys only these go on into the session (IAM User Guide, "Available keys for SAML-based federation"). */
const KEPT = ["saml:namequalifier", "saml:sub", "saml:sub_type"]

/** The assertion is what lets the caller in: a signature is not asked for. */
export const AssumeRoleWithSAML = operation(AssumeRoleWithSAMLCommand, {
  access: "public",
  async handle(input, context) {
    const { RoleArn, PrincipalArn, SAMLAssertion, DurationSeconds } = input
    const account = accountOfRoleArn(RoleArn)
    const policies = await sessionPoliciesOf(context, account, input)
    const provider = await context.store.read((tx) => findSamlProvider(tx, PrincipalArn))
    if (provider?.account !== account) throw noSamlProvider({ provider: PrincipalArn })
    const identity = verifySaml(context.clock, SAMLAssertion, provider)
    const { assertion, sessionName, tags, transitiveTagKeys, sourceIdentity, claims } = identity
    const isNamed = identity.roles
      .map((pair) => pair.split(",").map((arn) => arn.trim()))
      .some((pair) => pair.length === 2 && pair.includes(RoleArn) && pair.includes(PrincipalArn))
    if (!isNamed) throw notAuthorizedFor(OPERATION, { check: "the assertion names the role", roles: identity.roles })
    const role = await findRole(context, RoleArn)
    if (!role) throw notAuthorizedFor(OPERATION, { check: "the role exists", role: RoleArn })
    const federation = {
      role,
      provider: PrincipalArn,
      claims,
      tags,
      transitiveTagKeys,
      sessionName,
      ...(sourceIdentity !== undefined && { sourceIdentity }),
    }
    if (!(await decideFederation(context, OPERATION, federation))) throw notAuthorizedFor(OPERATION)
    // The attribute is for the console, whose sessions are longer; it shortens this one.
    const asked = DurationSeconds ?? Math.min(identity.sessionDuration ?? DEFAULT_SECONDS, DEFAULT_SECONDS)
    if (asked > role.maxSessionDuration) throw longerThanRole()
    const PackedPolicySize = packedSizeOf(policies, tags)
    return {
      Credentials: issueRoleSession(context, {
        role,
        sessionName,
        durationSeconds: Math.min(asked, secondsLeft(context.clock.now(), assertion.sessionEndsAt)),
        ...policies,
        ...(Object.keys(tags).length > 0 && { tags }),
        ...(transitiveTagKeys.length > 0 && { transitiveTagKeys }),
        ...(sourceIdentity !== undefined && { sourceIdentity }),
        context: {
          ...Object.fromEntries(KEPT.map((key) => [key, claims[key]!])),
          "aws:FederatedProvider": PrincipalArn,
        },
      }),
      AssumedRoleUser: assumedRoleUser(role, sessionName),
      Subject: assertion.subject,
      SubjectType: assertion.subjectType,
      Issuer: assertion.issuer,
      Audience: assertion.recipient,
      NameQualifier: identity.nameQualifier,
      ...(PackedPolicySize !== undefined && { PackedPolicySize }),
      ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
    }
  },
})

/** API Reference: the session is as long as was asked or until the assertion's SessionNotOnOrAfter, whichever is less. */
const secondsLeft = (now: number, endsAt: number | undefined): number =>
  endsAt === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor((endsAt - now) / 1000))
