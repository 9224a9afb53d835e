import type { Deps } from "../../../call.ts"
import type { AuthorizerTrial, AuthorizerTrialAnswer } from "../../../peers.ts"
import { WireError } from "../../../wire/errors.ts"
import type { Authorizer, Snapshot } from "../../apigateway/service.ts"
import { compileCognitoAuthorizer } from "../authorizers/cognito.ts"
import { compileLambdaAuthorizer } from "../authorizers/lambda.ts"
import { PatternError } from "../patterns.ts"
import type { Exchange } from "../rest/exchange.ts"
import { exchangeOf } from "./arrival.ts"
import { createTrialLog } from "./log.ts"

const NO_METHOD = { httpMethod: "GET", authorizationType: "CUSTOM", apiKeyRequired: false } as const

/** Asks an authorizer, and tells what it said: a policy, or the claims of a token. Nothing is remembered of it. */
export async function tryAuthorizer(trial: AuthorizerTrial, deps: Deps): Promise<AuthorizerTrialAnswer | undefined> {
  const { authorizers, resources } = trial.deployment as Snapshot
  const record = Object.hasOwn(authorizers, trial.authorizerId) ? authorizers[trial.authorizerId] : undefined
  if (!record) return undefined
  const root = resources.find(({ path }) => path === "/") ?? { id: "", path: "/" }
  const exchange = exchangeOf({ ...trial, httpMethod: NO_METHOD.httpMethod }, root, NO_METHOD, deps)
  const log = createTrialLog(trial.requestId, () => deps.clock.now())
  log.add(`Starting authorizer: ${record.id} for request: ${trial.requestId}`)
  const answer = await ask(record, exchange, (line) => log.add(line))
  return { ...answer, log: log.text(), latency: deps.clock.now() - exchange.arrivedAt }
}

async function ask(
  record: Authorizer,
  exchange: Exchange,
  tell: (line: string) => void,
): Promise<Pick<AuthorizerTrialAnswer, "clientStatus" | "principalId" | "policy" | "claims">> {
  try {
    if (record.type === "COGNITO_USER_POOLS") {
      await compileCognitoAuthorizer(record, [])(exchange)
      return { clientStatus: 0, claims: exchange.authorizer!.claims! }
    }
    const { principalId, policy } = await compileLambdaAuthorizer({ ...record, authorizerResultTtlInSeconds: 0 }).ask(
      exchange,
    )
    tell(`Using valid authorizer policy for principal: ${principalId}`)
    return { clientStatus: 0, principalId, policy: JSON.stringify(policy.document) }
  } catch (error) {
    if (error instanceof PatternError) {
      tell(`Execution failed due to configuration error: ${error.message}`)
      return { clientStatus: 500 }
    }
    if (!(error instanceof WireError)) throw error
    const { found } = (error.because ?? {}) as { found?: unknown }
    tell(`Execution failed: ${typeof found === "string" ? found : error.message}`)
    return { clientStatus: error.status }
  }
}
