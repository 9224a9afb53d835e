import type { DeployedRoute, Snapshot } from "../../../apigatewayv2/service.ts"
import { INVOKE } from "../../policies/arns.ts"
import { type HttpExchange, routeArn } from "../exchange.ts"
import { forbidden, internalError } from "../refusals.ts"
import { compileJwtAuthorizer } from "./jwt.ts"
import { compileHttpLambdaAuthorizer } from "./lambda.ts"

/** Whether the caller may call a route; throws the refusal. At once where nothing has to be waited for. */
export type Authorize = (exchange: HttpExchange) => void | Promise<void>

export function compileAuthorization(route: DeployedRoute, { authorizers }: Snapshot): Authorize {
  const { AuthorizationType = "NONE", AuthorizerId = "", AuthorizationScopes = [] } = route
  if (AuthorizationType === "NONE") return () => {}
  if (AuthorizationType === "AWS_IAM") return assertSigner
  const authorizer = Object.hasOwn(authorizers, AuthorizerId) ? authorizers[AuthorizerId] : undefined
  if (authorizer?.AuthorizerType === "JWT") return compileJwtAuthorizer(authorizer, AuthorizationScopes)
  if (authorizer?.AuthorizerType === "REQUEST") return compileHttpLambdaAuthorizer(authorizer)
  return () => {
    throw internalError({
      check: "authorizer",
      expected: "an authorizer that is there",
      found: "none in the deployment",
    })
  }
}

/** There are no resource policies: the caller's own decide. Who is refused reads no more than that (the decision is recorded). */
async function assertSigner(exchange: HttpExchange): Promise<void> {
  const { allowed } = await exchange.call.judge({ action: INVOKE, resource: routeArn(exchange) })
  if (!allowed) throw forbidden(undefined)
  exchange.authorizer = { is: "iam" }
}
