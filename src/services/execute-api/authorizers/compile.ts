import type { Method, Snapshot } from "../../apigateway/service.ts"
import { refused } from "../gateway-responses/refusal.ts"
import { PatternError } from "../patterns.ts"
import { judgeByAuthorizer } from "../policies/authorizer-policy.ts"
import { deniedByAuthorizer, deniedByPolicy } from "../policies/refusals.ts"
import { assertNotDenied, assertOpen, assertSignerMay } from "../policies/resource-policy.ts"
import type { Exchange } from "../rest/exchange.ts"
import { compileCognitoAuthorizer } from "./cognito.ts"
import { compileLambdaAuthorizer } from "./lambda.ts"

/** Whether the caller may call a method; throws the refusal. At once where nothing has to be waited for. */
export type Authorize = (exchange: Exchange) => void | Promise<void>

const nobodyAsks: Authorize = () => {}

export function compileAuthorization(method: Method, snapshot: Snapshot, hasPolicy: boolean): Authorize {
  try {
    return compile(method, snapshot, hasPolicy)
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    return misconfigured(`an identityValidationExpression that can be evaluated (${error.message})`)
  }
}

function compile(method: Method, { authorizers }: Snapshot, hasPolicy: boolean): Authorize {
  const { authorizationType, authorizerId = "", authorizationScopes = [] } = method
  if (authorizationType === "NONE") return hasPolicy ? assertOpen : nobodyAsks
  if (authorizationType === "AWS_IAM") return assertSignerMay
  const record = Object.hasOwn(authorizers, authorizerId) ? authorizers[authorizerId] : undefined
  if (!record) return misconfigured("an authorizer that is there")
  if (record.type === "COGNITO_USER_POOLS") {
    const verify = compileCognitoAuthorizer(record, authorizationScopes)
    return hasPolicy ? inTableB(verify) : verify
  }
  const { ask } = compileLambdaAuthorizer(record)
  return async (exchange) => {
    const byPolicy = hasPolicy ? await assertNotDenied(exchange) : undefined
    const { policy, ...answer } = await ask(exchange)
    const { principalId } = answer
    exchange.authorizer = answer
    const decision = await judgeByAuthorizer(exchange, policy, principalId)
    // Table A: where the one is silent, the other's word is enough.
    if (decision.allowed || (decision.decision === "implicit_deny" && byPolicy?.allowed)) return
    throw deniedByAuthorizer(decision)
  }
}

const inTableB =
  (verify: (exchange: Exchange) => Promise<void>): Authorize =>
  async (exchange) => {
    const decision = await assertNotDenied(exchange)
    await verify(exchange)
    if (!decision.allowed) throw deniedByPolicy(exchange, decision)
  }

const misconfigured =
  (expected: string): Authorize =>
  () => {
    throw refused("AUTHORIZER_CONFIGURATION_ERROR", {
      because: { check: "authorizer", expected, found: "none of it in the deployment" },
    })
  }
