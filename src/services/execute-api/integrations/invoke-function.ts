import type { SignedCaller } from "../../../authentication/caller.ts"
import type { Peers, Receipt } from "../../../peers.ts"

/** The service principal that functions' and roles' policies know API Gateway by. */
export const PRINCIPAL = "apigateway.amazonaws.com"

/** As roles' sessions are called that API Gateway takes (CloudTrail events in public reports). */
export const SESSION_NAME = "BackplaneAssumeRoleSession"

/** As whom something is asked for. */
export type Acting =
  /** As the service itself, in the name of a method or an authorizer: the resource's policy decides. */
  { as: "service" } | { as: "role"; roleArn: string } | { as: "caller"; caller: SignedCaller }

export interface FunctionCall {
  functionArn: string
  acting: Acting
  /** The method or the authorizer: `aws:SourceArn`. */
  sourceArn: string
  account: string
  region: string
  payload: Uint8Array
  timeoutMilliseconds: number
  traceId: string | undefined
}

/** Invokes a function and waits for its answer, as long as it may take. */
export function invokeFunction(peers: Pick<Peers, "send" | "call">, call: FunctionCall): Promise<Receipt> {
  const { functionArn, acting, sourceArn, account, payload, timeoutMilliseconds, traceId } = call
  if (acting.as !== "service") return within(callFunction(peers, call), timeoutMilliseconds)
  return peers.send({
    arn: functionArn,
    from: { principal: PRINCIPAL, sourceArn, sourceAccount: account },
    payload,
    awaits: "answer",
    withinMilliseconds: timeoutMilliseconds,
    ...(traceId !== undefined && { traceId }),
  })
}

/** As a role or as the caller, who need `lambda:InvokeFunction` themselves. */
async function callFunction(
  peers: Pick<Peers, "call">,
  { functionArn, acting, sourceArn, region, payload }: FunctionCall,
): Promise<Receipt> {
  const answer = await peers.call({
    service: "lambda",
    operation: "Invoke",
    input: { FunctionName: functionArn, InvocationType: "RequestResponse", Payload: payload },
    as: principalOf(acting, sourceArn, region),
  })
  if (answer.is === "refused") return { is: "refused", code: answer.code, message: answer.message }
  const { FunctionError, Payload } = answer.output as { FunctionError?: string; Payload?: Uint8Array }
  return { is: FunctionError === undefined ? "answered" : "failed", payload: Payload ?? new Uint8Array() }
}

/** Whoever a call of another service is in the name of. */
export function principalOf(acting: Acting, onBehalfOf: string, region: string) {
  if (acting.as === "caller") return { caller: acting.caller, via: [PRINCIPAL] as const, region, onBehalfOf }
  if (acting.as === "role")
    return { roleArn: acting.roleArn, sessionName: SESSION_NAME, region, onBehalfOf, context: {}, service: PRINCIPAL }
  throw new Error("The service itself calls no operation.")
}

/** Who comes too late has been run all the same. */
function within(answer: Promise<Receipt>, milliseconds: number): Promise<Receipt> {
  const { promise: late, resolve } = Promise.withResolvers<Receipt>()
  AbortSignal.timeout(milliseconds).addEventListener("abort", () => resolve({ is: "late" }), { once: true })
  answer.catch(() => {})
  return Promise.race([answer, late])
}
