import { type CompiledPolicy, compile, type PolicyDocument, PolicySyntaxError } from "../../../policy/index.ts"

/** What a Lambda authorizer said of a caller. */
export interface AuthorizerAnswer {
  principalId: string
  policy: CompiledPolicy
  /** What the integration is told beside it, as text. */
  context: Readonly<Record<string, string>>
  usageIdentifierKey: string | undefined
}

/** A text where the answer is none: what is wrong with it. */
export function parseAnswer(payload: Uint8Array, name: string): AuthorizerAnswer | string {
  const answer = parseJson(payload)
  if (!isObject(answer)) return "no JSON object"
  const { principalId, policyDocument, context = {}, usageIdentifierKey } = answer
  if (typeof principalId !== "string") return "no principalId"
  if (!isObject(policyDocument)) return "no policyDocument"
  const texts = contextTexts(context)
  if (!texts) return "a context of more than texts, numbers and booleans"
  if (usageIdentifierKey !== undefined && usageIdentifierKey !== null && typeof usageIdentifierKey !== "string")
    return "a usageIdentifierKey that is no text"
  try {
    const policy = compile(policyDocument as unknown as PolicyDocument, { name })
    return { principalId, policy, context: texts, usageIdentifierKey: usageIdentifierKey ?? undefined }
  } catch (error) {
    if (error instanceof PolicySyntaxError) return `a policy that cannot be evaluated: ${error.message}`
    throw error
  }
}

/** Developer Guide, "Output from an API Gateway Lambda authorizer": no objects and no lists. Null is left out. */
export function contextTexts(context: unknown): Record<string, string> | undefined {
  if (context === null) return {}
  if (!isObject(context)) return undefined
  const texts: [string, string][] = []
  for (const [name, value] of Object.entries(context)) {
    if (value === null) continue
    if (typeof value === "object") return undefined
    texts.push([name, String(value)])
  }
  return Object.fromEntries(texts)
}

export function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString("utf8"))
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
