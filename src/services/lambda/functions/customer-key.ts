import type { EnvironmentResponse } from "@aws-sdk/client-lambda"
import type { CallContext, Deps } from "../../../call.ts"
import type { Actor, ServiceCall } from "../../../peers.ts"
import { WireError } from "../../../wire/errors.ts"
import { findRole } from "../../iam/service.ts"
import { type FunctionName, functionArn } from "../arns.ts"
import { keyDisabled, keyInvalid, variablesUnreadable } from "../errors.ts"
import type { Variables } from "./environment.ts"
import { actAsRole, executionSession } from "./execution-role.ts"
import type { FunctionRecord } from "./record.ts"

/*
 * Variables under a customer's key of KMS (Developer Guide, "Securing Lambda environment variables"): whoever configures them
 * needs kms:Encrypt and kms:CreateGrant, for the function's role gets a grant to decrypt them; whoever looks at them needs
 * kms:Decrypt. The encryption context names the function, so that what is of one is good in no other.
 */

const LAMBDA = "lambda.amazonaws.com"

const contextOf = (name: FunctionName) => ({ "aws:lambda:FunctionArn": functionArn(name) })

/** A function that is made anew is another one, and has a grant of its own. */
type Identity = FunctionName & Pick<FunctionRecord, "id">

const loanOf = (name: Identity, key: string, role: string) => ({
  key,
  name: name.id,
  to: { principal: LAMBDA, sourceArn: functionArn(name), sourceAccount: name.account },
  grantee: executionSession(name, role),
})

/**
 * Grants the role of the function to decrypt under the key, and gives the role's unique id. Throws in AWS's words why it cannot
 * be.
 */
export async function lendKey(context: CallContext, name: Identity, key: string, role: string): Promise<string> {
  const loan = { ...loanOf(name, key, role), operations: ["Decrypt"] as const, encryptionContext: contextOf(name) }
  const lent = await context.peers.keys.lend(loan, context).catch(asRefusal)
  if (lent.is === "refused") throw configurationFault("CreateGrant", lent)
  const grantee = await findRole(context, role)
  if (!grantee)
    throw configurationFault("CreateGrant", { code: "InvalidArnException", message: NO_PRINCIPAL(loan.grantee) })
  return grantee.roleId
}

/** Quoted by many who met it. */
const NO_PRINCIPAL = (arn: string): string => `ARN does not refer to a valid principal: ${arn}`

/** What the caller may not is a refusal like those of KMS itself. */
function asRefusal(error: unknown): Refusal & { is: "refused" } {
  if (!(error instanceof WireError)) throw error
  return { is: "refused", code: error.code, message: error.message }
}

export const giveKeyBack = ({ peers }: Pick<Deps, "peers">, name: Identity, key: string, role: string) =>
  peers.keys.giveBack(loanOf(name, key, role))

interface Refusal {
  code: string
  message: string
}

/** UNVERIFIED: the words for what fails beside CreateGrant. */
const configurationFault = (call: string, { code, message }: Refusal): WireError =>
  code === "DisabledException" ? keyDisabled() : keyInvalid(call, code, message)

/** Encrypts as the caller; base64. */
export async function encryptVariables(
  context: CallContext,
  name: FunctionName,
  key: string,
  variables: Variables,
): Promise<string> {
  const input = {
    KeyId: key,
    Plaintext: Buffer.from(JSON.stringify(variables)),
    EncryptionContext: contextOf(name),
  }
  const answer = await context.peers.call({ service: "kms", operation: "Encrypt", input, as: asCaller(context, name) })
  if (answer.is === "refused") throw configurationFault("Encrypt", answer)
  return Buffer.from(answer.output.CiphertextBlob as Uint8Array).toString("base64")
}

/** Decrypts as the caller: an answer shows why it cannot, and a change is refused. */
export async function decryptForCaller(
  context: CallContext,
  name: FunctionName,
  encrypted: string,
): Promise<Required<Pick<EnvironmentResponse, "Variables">> | Required<Pick<EnvironmentResponse, "Error">>> {
  const answer = await decrypt(context, name, encrypted, asCaller(context, name))
  if ("variables" in answer) return { Variables: answer.variables }
  const { code, message } = answer
  return { Error: { ErrorCode: code, Message: variablesUnreadable(code, message) } }
}

/** Codes of the model, by those of KMS. */
const FAULTS: Readonly<Record<string, { code: string; why: string }>> = {
  DisabledException: { code: "KMSDisabledException", why: "the KMS key used is disabled" },
  KMSInvalidStateException: {
    code: "KMSInvalidStateException",
    why: "the KMS key used is in an invalid state for Decrypt",
  },
  NotFoundException: { code: "KMSNotFoundException", why: "the KMS key was not found" },
}
const DENIED = { code: "KMSAccessDeniedException", why: "KMS access was denied" }

/** What KMS tells a role that has no grant any more, having been deleted and made anew. Quoted by many who met it. */
const NO_GRANT: Refusal = {
  code: "AccessDeniedException",
  message:
    "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.",
}

/** Decrypts as the role of the function, for one of its environments. Throws what an invocation is refused with. */
export async function decryptForFunction(
  deps: Pick<Deps, "peers" | "store">,
  name: FunctionName,
  actor: Actor,
  { encrypted, granteeId }: { encrypted: string; granteeId: string | undefined },
): Promise<Variables> {
  const role = await findRole(deps, actor.roleArn)
  const isGrantee = role?.roleId === granteeId
  const answer = isGrantee ? await decrypt(deps, name, encrypted, actAsRole(actor)) : NO_GRANT
  if ("variables" in answer) return answer.variables
  const { code, why } = FAULTS[answer.code] ?? DENIED
  // Quoted so by many who met it. The words of KMS follow without a blank, as AWS writes them.
  const Message = `Lambda was unable to decrypt the environment variables because ${why}. Please check the function's KMS key settings. KMS Exception: ${answer.code}KMS Message: ${answer.message}`
  throw new WireError(code, Message, {
    status: 502,
    members: { Type: "Server", Message },
    because: { check: "key of the variables", found: answer.code, told: answer.message },
  })
}

async function decrypt(
  { peers }: Pick<Deps, "peers">,
  name: FunctionName,
  encrypted: string,
  as: ServiceCall["as"],
): Promise<{ variables: Record<string, string> } | Refusal> {
  const input = { CiphertextBlob: Buffer.from(encrypted, "base64"), EncryptionContext: contextOf(name) }
  const answer = await peers.call({ service: "kms", operation: "Decrypt", input, as })
  if (answer.is === "refused") return answer
  return { variables: JSON.parse(Buffer.from(answer.output.Plaintext as Uint8Array).toString("utf8")) }
}

function asCaller({ caller, region }: CallContext, name: FunctionName): ServiceCall["as"] {
  if (caller.kind === "anonymous") throw new Error("Functions are not configured without a signature.")
  return { caller, via: [LAMBDA], region, onBehalfOf: functionArn(name) }
}
