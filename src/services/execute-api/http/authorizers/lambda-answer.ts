import { type CompiledPolicy, compile, type PolicyDocument, PolicySyntaxError } from "../../../../policy/index.ts"
import { parseJson } from "../../authorizers/lambda-answer.ts"

/** What a Lambda authorizer of an HTTP API said of a caller. */
export interface HttpAuthorizerAnswer {
  /** What a policy says of each call, or the answer itself of all of them. */
  verdict: { policy: CompiledPolicy; principalId: string } | boolean
  /** What the integration is told beside it: any JSON. */
  context: Readonly<Record<string, unknown>>
}

/** A text where the answer is none: what is wrong with it (Developer Guide, "Control access to HTTP APIs with AWS Lambda authorizers"). */
export function parseHttpAnswer(payload: Uint8Array, name: string, isSimple: boolean): HttpAuthorizerAnswer | string {
  const answer = parseJson(payload)
  if (!isObject(answer)) return "no JSON object"
  const { context = {}, isAuthorized, principalId, policyDocument } = answer
  if (context !== null && !isObject(context)) return "a context that is no object"
  const told = context ?? {}
  if (isSimple)
    return typeof isAuthorized === "boolean"
      ? { verdict: isAuthorized, context: told }
      : "no isAuthorized that is true or false"
  if (!isObject(policyDocument)) return "no policyDocument"
  if (principalId !== undefined && typeof principalId !== "string") return "a principalId that is no text"
  try {
    const policy = compile(policyDocument as unknown as PolicyDocument, { name })
    return { verdict: { policy, principalId: principalId ?? "" }, context: told }
  } catch (error) {
    if (error instanceof PolicySyntaxError) return `a policy that cannot be evaluated: ${error.message}`
    throw error
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
