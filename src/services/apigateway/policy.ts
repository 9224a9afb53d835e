import type { Scope } from "../../operation.ts"
import { validate } from "../../policy/index.ts"
import type { Reading } from "../../store/store.ts"
import { showPrincipals, storePrincipals } from "../iam/service.ts"
import { badRequest } from "./errors.ts"

/** Developer Guide, "Quotas for configuring and running a REST API". */
const MOST_BYTES = 8_192

/** Quoted by many who met it. */
const invalidPolicy = (because: unknown) => {
  const error = badRequest(
    "Invalid policy document. Please check the policy syntax and ensure that Principals are valid.",
  )
  error.because = because
  return error
}

/**
 * A resource policy as it is stored: its principals by their unique ids, and the shorthand `execute-api:/stage/GET/path` as a whole
 * ARN (Developer Guide, "API Gateway resource policies": it is expanded when it is saved).
 */
export async function parsePolicy(tx: Reading, text: string, api: Scope & { restApiId: string }): Promise<string> {
  // UNVERIFIED text.
  if (Buffer.byteLength(text) > MOST_BYTES) throw badRequest("Policy document exceeds the limit of 8192 bytes")
  const fault = validate("resource", text)
  if (fault) throw invalidPolicy({ check: "resource policy", found: fault.message })
  const stored = await storePrincipals(tx, expanded(text, api))
  if ("unknown" in stored) throw invalidPolicy({ check: "resource policy principal", found: stored.unknown })
  return stored.document
}

function expanded(text: string, { account, region, restApiId }: Scope & { restApiId: string }): string {
  const whole = (resource: unknown): unknown =>
    typeof resource === "string" && resource.startsWith("execute-api:/")
      ? `arn:aws:execute-api:${region}:${account}:${restApiId}/${resource.slice("execute-api:/".length)}`
      : resource
  const all = (resources: unknown) => (Array.isArray(resources) ? resources.map(whole) : whole(resources))
  if (!text.includes("execute-api:/")) return text
  const document = JSON.parse(text) as { Statement: object | object[] }
  const statements = [document.Statement].flat() as Record<string, unknown>[]
  for (const statement of statements)
    for (const member of ["Resource", "NotResource"])
      if (member in statement) statement[member] = all(statement[member])
  return JSON.stringify(document)
}

/**
 * As it is read back: its JSON text escaped once more, as Terraform's provider, which takes that off again, shows. UNVERIFIED by a
 * recording.
 */
export async function showPolicy(tx: Reading, stored: string): Promise<string> {
  return JSON.stringify(await showPrincipals(tx, stored)).slice(1, -1)
}
