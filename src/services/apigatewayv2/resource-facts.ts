import type { ResourceFacts } from "../../authorization/resource-facts.ts"
import { parseArn } from "../../base/arn.ts"
import type { Deps } from "../../call.ts"
import { type Api, findApi } from "./apis/record.ts"
import { findDomain } from "./domain-names/record.ts"
import { findStage } from "./stages/record.ts"

/**
 * The owner and the tags of what an ARN of this model names; undefined, at once, for what is of the other model. What belongs to
 * an API has the tags of it, a stage its own.
 */
export function resourceFacts(
  arn: string,
  _action: string,
  deps: Deps,
): Promise<ResourceFacts | undefined> | undefined {
  const { service, resource = "" } = parseArn(arn) ?? {}
  const [, kind, id = "", below, name = ""] = resource.split("/")
  if (service !== "apigateway") return undefined
  if (kind === "apis" && id !== "") return apiFacts(deps, id, below === "stages" ? name : "")
  return kind === "domainnames" && id !== "" ? domainFacts(deps, id) : undefined
}

async function apiFacts({ store }: Deps, id: string, stageName: string): Promise<ResourceFacts | undefined> {
  const api = await findApi(store, id)
  if (!api) return undefined
  const { account } = api
  const stage = stageName === "" ? undefined : await findStage(store, id, stageName)
  if (!stage) return { account, tags: api.body.Tags, context: ofApi(api) }
  const { DestinationArn, Format } = stage.AccessLogSettings ?? {}
  return {
    account,
    tags: stage.Tags,
    context: {
      ...(DestinationArn !== undefined && { "apigateway:Resource/AccessLoggingDestination": DestinationArn }),
      ...(Format !== undefined && { "apigateway:Resource/AccessLoggingFormat": Format }),
    },
  }
}

const ofApi = ({ body }: Api) => ({
  "apigateway:Resource/ApiName": body.Name,
  "apigateway:Resource/DisableExecuteApiEndpoint": String(body.DisableExecuteApiEndpoint),
})

async function domainFacts({ store }: Deps, name: string): Promise<ResourceFacts | undefined> {
  const domain = await findDomain(store, name)
  return domain && { account: domain.account, tags: domain.body.Tags }
}
