import type { DeployedRoute, Snapshot } from "../../apigatewayv2/service.ts"
import { compileLambdaAuthorizer } from "../authorizers/lambda.ts"
import { refused } from "../gateway-responses/refusal.ts"
import { judgeByAuthorizer } from "../policies/authorizer-policy.ts"
import { deniedByAuthorizer } from "../policies/refusals.ts"
import { assertSignerMay } from "../policies/resource-policy.ts"
import type { Exchange } from "../rest/exchange.ts"
import { authorizerEvent } from "./event.ts"
import { ofMethod } from "./integrations.ts"

/** Whether a handshake is let in; throws the refusal. */
export type Authorize = (exchange: Exchange) => void | Promise<void>

/** Developer Guide, "Controlling and managing access to a WebSocket API": with `$connect`, and never after it. */
export function compileSocketAuthorization(
  { AuthorizationType = "NONE", AuthorizerId = "" }: DeployedRoute,
  { authorizers }: Snapshot,
): Authorize {
  if (AuthorizationType === "NONE") return () => {}
  if (AuthorizationType === "AWS_IAM") return assertSignerMay
  const record = Object.hasOwn(authorizers, AuthorizerId) ? authorizers[AuthorizerId] : undefined
  if (record?.AuthorizerType !== "REQUEST")
    return () => {
      throw refused("AUTHORIZER_CONFIGURATION_ERROR", {
        because: {
          check: "authorizer",
          expected: "an authorizer that is there",
          found: "none of it in the deployment",
        },
      })
    }
  const { Name = "", AuthorizerUri, AuthorizerCredentialsArn, IdentitySource = [] } = record
  const { ask } = compileLambdaAuthorizer(
    {
      id: AuthorizerId,
      name: Name,
      type: "REQUEST",
      ...(AuthorizerUri !== undefined && { authorizerUri: AuthorizerUri }),
      ...(AuthorizerCredentialsArn !== undefined && { authorizerCredentials: AuthorizerCredentialsArn }),
      identitySource: IdentitySource.map(ofMethod).join(","),
      // API reference, "CreateAuthorizer": nothing is remembered for WebSocket APIs. Who lacks an identity source is refused without a call.
      authorizerResultTtlInSeconds: 0,
    },
    authorizerEvent,
    true,
  )
  return async (exchange) => {
    const { policy, ...answer } = await ask(exchange)
    exchange.authorizer = answer
    const decision = await judgeByAuthorizer(exchange, policy, answer.principalId)
    if (!decision.allowed) throw deniedByAuthorizer(decision)
  }
}
