import type { Judgement } from "../../authorization/judgement.ts"
import type { Explanation, PolicyType, StatementExplanation } from "../../policy/index.ts"
import { formatMismatch } from "../../policy-tools/explanation/format.ts"
import type { CallRecord } from "../call-record.ts"
import { addPermissionCommand, isFunctionArn } from "./add-permission.ts"
import type { Reason } from "./reason.ts"

const POLICIES: Readonly<Record<PolicyType, string>> = {
  identity: "a policy of the caller",
  resource: "the policy of the resource",
  trust: "the role's trust policy",
  key: "the key's policy (or a grant)",
  grant: "a grant of the key",
  boundary: "the permissions boundary",
  session: "a session policy of the credentials",
  scp: "a service control policy of each level",
  rcp: "a resource control policy of each level",
  vpce: "the policy of the VPC endpoint",
}

const policyNamed = (policyType: PolicyType, { type }: Judgement["request"]["principal"]): string => {
  if (policyType !== "identity") return POLICIES[policyType]
  return type === "user"
    ? "a policy of the user or its groups"
    : type === "assumed-role"
      ? "a policy of the role"
      : POLICIES.identity
}

/** Of what AWS adds to the credentials of guests (Cognito Developer Guide, "Access policies for unauthenticated identities"). */
const GUEST_POLICY = /AmazonCognitoUnAuthedIdentitiesSessionPolicy/

/** Why the policies refused: the question, what had to allow it or what denied it, and what would mend it. */
export function permissionReason(
  { request, decision }: Judgement,
  explanation: Explanation,
  { method, path }: Pick<CallRecord, "method" | "path">,
): Reason {
  const { because } = decision
  const question = `${request.action} on ${request.resource}`
  const who = request.principal.arn ?? "nobody in particular (the request was not signed)"
  if (because.reason === "explicit deny") {
    const deny = decision.statements[0]
    return {
      what: `A statement denies ${question} to ${who}.`,
      expected: "no Deny that applies",
      came: `${statementName(deny)} (Deny) of ${policyNamed(because.policyType, request.principal)}${policyName(deny)}`,
      advice:
        "Narrow that statement (its conditions, its resources), or let another principal ask: no Allow outweighs a Deny.",
    }
  }
  // A service has no policies of its own: what it sends is the resource's to allow.
  const isService = request.principal.type === "service"
  const policyType = isService ? "resource" : because.reason === "no allow" ? because.policyType : "identity"
  const nearest = nearestAllow(explanation, policyType)
  const policy = policyNamed(policyType, request.principal)
  return {
    what: `No statement of ${policy} allows ${question} to ${who}.`,
    expected: `an Allow in ${policy}`,
    came: nearest === undefined ? "none that comes near" : nearestText(nearest),
    advice:
      isService && method === "EVENT"
        ? deliveryAdvice(request, path)
        : `${adviceFor(policyType, request, explanation, nearest !== undefined)}${method === "EVENT" ? logsAdvice(request) : ""}`,
  }
}

/** The source is told in the place of the path. */
function deliveryAdvice({ action, resource, principal }: Judgement["request"], source: string): string {
  const statement = `{"Effect": "Allow", "Principal": {"Service": "${principal.arn}"}, "Action": "${action}", "Resource": "${resource}", "Condition": {"ArnLike": {"AWS:SourceArn": "${source}"}}}`
  if (action !== "lambda:InvokeFunction") return `Add ${statement} to the policy of the resource.`
  const from = principal.arn ?? ""
  const statementId = from.split(".")[0] ?? ""
  return `Give the function's policy this permission: ${addPermissionCommand({ resource, action, statementId, principal: from, sourceArn: source })}`
}

/** What lets everybody through a function URL: an action each for the URL and for the function behind it. */
const THROUGH_URLS: Readonly<Record<string, { statementId: string; more: string }>> = {
  "lambda:InvokeFunctionUrl": { statementId: "url", more: "--function-url-auth-type NONE" },
  "lambda:InvokeFunction": { statementId: "url-invoke", more: "--invoked-via-function-url" },
}

function anonymousAdvice(action: string, resource: string): string {
  const url = isFunctionArn(resource) ? THROUGH_URLS[action] : undefined
  if (url)
    return `Sign the request, or let everybody through the URL: ${addPermissionCommand({ resource, action, principal: "'*'", ...url })}`
  return `Sign the request, or let everybody: {"Effect": "Allow", "Principal": "*", "Action": "${action}", "Resource": "${resource}"} in the policy of the resource.`
}

/** Of what a function may not write: the role that is made for it has this policy on AWS. */
const logsAdvice = ({ action }: Judgement["request"]): string =>
  action.startsWith("logs:")
    ? " The managed policy service-role/AWSLambdaBasicExecutionRole allows all that functions' logs need; without it the function runs, and what it writes is lost."
    : ""

function adviceFor(
  policyType: PolicyType,
  { action, resource, principal }: Judgement["request"],
  { policies }: Explanation,
  isNear: boolean,
): string {
  if (policyType === "session" && policies.some(isGuestPolicy))
    return "Guests of an identity pool are cut down to a list of services, whatever their role allows: let people sign in, or use the basic (classic) flow."
  if (principal.type === "anonymous") return anonymousAdvice(action, resource)
  if (action.toLowerCase() === "iam:passrole")
    return `Who hands a role to a service needs iam:PassRole for it: {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "${resource}"}.`
  if (policyType === "trust")
    return `Name the caller as Principal in the role's trust policy, for ${action}, with conditions that the request meets.`
  if (policyType === "key")
    return `Name the caller as Principal in the key's policy for ${action}, or the account (arn:aws:iam::ACCOUNT:root), so that policies of IAM count; or make a grant. Policies of IAM alone never open a key.`
  const allow = `{"Effect": "Allow", "Action": "${action}", "Resource": "${resource}"}`
  return `Add ${allow} to ${policyNamed(policyType, principal)}${isNear ? ", or mend the statement that comes near" : ""}.`
}

const isGuestPolicy = ({ policyType, policyArn, policyName: name }: Explanation["policies"][number]): boolean =>
  policyType === "session" && GUEST_POLICY.test(policyArn ?? name ?? "")

interface Near {
  policy: string
  statement: StatementExplanation
}

/** The Allow that fails for the fewest elements, the action not among them. */
function nearestAllow({ policies }: Explanation, policyType: PolicyType): Near | undefined {
  let nearest: Near | undefined
  for (const policy of policies) {
    if (policy.policyType !== policyType) continue
    for (const statement of policy.statements) {
      const { effect, mismatches } = statement
      if (effect !== "Allow" || mismatches.some(({ element }) => element === "Action" || element === "NotAction"))
        continue
      if (nearest === undefined || mismatches.length < nearest.statement.mismatches.length)
        nearest = { policy: policy.policyArn ?? policy.policyName ?? `number ${policy.policyIndex + 1}`, statement }
    }
  }
  return nearest
}

const nearestText = ({ policy, statement }: Near): string =>
  `${statementName(statement)} of ${policy} comes near, but ${statement.mismatches.map(formatMismatch).join("; and ")}`

const statementName = (statement: { sid: string | undefined; index: number } | undefined): string =>
  statement === undefined ? "statement" : `statement ${statement.sid ? `"${statement.sid}"` : statement.index + 1}`

const policyName = (
  statement: { policyArn: string | undefined; policyName: string | undefined } | undefined,
): string => {
  const name = statement?.policyArn ?? statement?.policyName
  return name === undefined ? "" : `, ${name}`
}
