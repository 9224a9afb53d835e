import type { ResourceFacts } from "../../../authorization/resource-facts.ts"
import type { Deps } from "../../../call.ts"
import { findRestApi, findStage, readSnapshot } from "../../apigateway/service.ts"
import { findApi } from "../../apigatewayv2/service.ts"
import { whenKnown } from "../at-once.ts"
import { compileApi } from "../rest/compile.ts"
import { parseInvokeArn } from "./arns.ts"

/** Whose an API is, and the resource policy that its stage has been deployed with; undefined where there is no such API. */
export function resourceFacts(
  text: string,
  _action: string,
  { store }: Pick<Deps, "store">,
): ResourceFacts | undefined | Promise<ResourceFacts | undefined> {
  const arn = parseInvokeArn(text)
  if (!arn) return undefined
  const { apiId, stageName } = arn
  return whenKnown(findRestApi(store, apiId), (owner) => {
    // HTTP and WebSocket APIs have no resource policies.
    if (!owner) return whenKnown(findApi(store, apiId), (api) => api && { account: api.account })
    if (owner.account !== arn.account || owner.region !== arn.region) return undefined
    return whenKnown(findStage(store, apiId, stageName), (stage) => {
      if (!stage) return { account: owner.account }
      return whenKnown(readSnapshot(store, stage), (snapshot) => {
        const policy = snapshot && compileApi(snapshot).policy
        return { account: owner.account, ...(policy && { policy }) }
      })
    })
  })
}
