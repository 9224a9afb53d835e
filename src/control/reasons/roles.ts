import { type Facts, show, type Words, type WordsByCheck } from "./reason.ts"

interface Tried {
  claim: string
  matchType: string
  value: string
  found: string[] | null
}

const TRUST =
  'Mend the role\'s trust policy. For an identity pool: Principal {"Federated": "cognito-identity.amazonaws.com"}, Action sts:AssumeRoleWithWebIdentity, Condition StringEquals cognito-identity.amazonaws.com:aud = the pool\'s id, ForAnyValue:StringLike cognito-identity.amazonaws.com:amr = authenticated (or unauthenticated).'

/** Which role an identity pool gives, and whether the role lets it in. */
export const ROLE_WORDS: WordsByCheck = {
  "the role exists": ({ facts }) => ({
    what: `There is no role ${show(facts.role)}.`,
    expected: "the role that the mapping or the request names",
    came: show(facts.role),
    advice: "Create it, or correct its ARN: account, path and name count.",
  }),
  "role that a service acts as": ({ facts }) =>
    facts.found === "no such role"
      ? {
          what: `There is no role ${show(facts.role)} for ${show(facts.service)} to act as.`,
          expected: "a role that is there",
          came: show(facts.role),
          advice: "Create it, or correct its ARN: account, path and name count.",
        }
      : {
          what: `The trust policy of the role ${show(facts.role)} does not let ${show(facts.service)} take it.`,
          expected: "a statement of the trust policy that allows it (below, why none did)",
          came: `the service ${show(facts.service)}`,
          advice: `Mend the role's trust policy: Principal {"Service": ${JSON.stringify(facts.service)}}, Action sts:AssumeRole; conditions on aws:SourceArn and aws:SourceAccount have to match what the service acts for and its account.`,
        },
  "the role is of the pool's account": ({ facts }) => ({
    what: `The role ${show(facts.role)} is of another account than the identity pool.`,
    expected: `a role of the account ${show(facts.pool)}`,
    came: show(facts.role),
    advice: "Give the pool a role of its own account.",
  }),
  "the trust policy of the role": ({ facts }) => ({
    what: `The role ${show(facts.role)} was chosen, and its trust policy does not let the identity in.`,
    expected: "a statement of the trust policy that allows it (below, why none did)",
    came: show(facts.claims),
    advice: TRUST,
  }),
  "the assertion names the role": ({ facts }) => ({
    what: "The SAML assertion does not name this role and provider.",
    expected: `one of ${show(facts.roles)}`,
    advice: "Let the identity provider send the role in the attribute https://aws.amazon.com/SAML/Attributes/Role.",
  }),
}

/** By the step at which the choice of a role ended (`cognito-identity/roles/choose-role.ts`). */
export const STEP_WORDS: WordsByCheck = {
  "no rule matched": ({ facts }) => ({
    what: "No rule of the role mapping matched the token, and the mapping says Deny.",
    expected:
      triedOf(facts)
        .map(({ claim, matchType, value }) => `${claim} ${matchType} ${value}`)
        .join("; or ") || "a rule",
    came: cameOf(facts),
    advice: "Add a rule that matches (SetIdentityPoolRoles), or set AmbiguousRoleResolution to AuthenticatedRole.",
  }),
  "no cognito:preferred_role": ({ facts }) => ({
    what: "The token names no preferred role, and the mapping says Deny.",
    expected: "a token with cognito:preferred_role, or with one role in cognito:roles",
    came: `cognito:roles ${show(facts["cognito:roles"])}`,
    advice:
      "Give the user a group with a role, and where there are several, different precedences (CreateGroup, UpdateGroup); or set AmbiguousRoleResolution to AuthenticatedRole. A new token is needed after a change of groups.",
  }),
  CustomRoleArn: ({ facts }) => ({
    what: "The role asked for in CustomRoleArn is not one that the token has.",
    expected: `one of ${show(facts["cognito:roles"] ?? facts["roles of the assertion"])}`,
    came: show(facts.asked),
    advice: "Ask for one of these, or for none.",
  }),
  "CustomRoleArn of a rule that matches": ({ facts }) => ({
    what: "No rule that matches gives the role asked for in CustomRoleArn.",
    expected:
      triedOf(facts)
        .map(({ claim, matchType, value }) => `${claim} ${matchType} ${value}`)
        .join("; or ") || "a rule",
    came: `${show(facts.asked)}, with ${cameOf(facts)}`,
    advice: "Ask for a role whose rule matches the token, or for none.",
  }),
  guest: ({ facts }) => missing(facts, "guests"),
  "no role mapping for the provider": ({ facts }) => missing(facts, "people who signed in"),
}

const missing = ({ kind }: Facts, who: string): ReturnType<Words> => ({
  what: `The identity pool has no role for ${who}.`,
  expected: `a role under '${show(kind)}' in its Roles`,
  came: "none",
  advice: "Set it: SetIdentityPoolRoles, Roles.",
})

const triedOf = ({ tried }: Facts): Tried[] => (Array.isArray(tried) ? (tried as Tried[]) : [])

const cameOf = (facts: Facts): string =>
  [...new Set(triedOf(facts).map(({ claim, found }) => `${claim} ${show(found)}`))].join(", ") || "no claim"
