import { parseArn } from "../../../base/arn.ts"
import type { CallContext } from "../../../call.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import { getApi, putApi } from "../apis/record.ts"
import { getDomain, putDomain } from "../domain-names/record.ts"
import { badRequest, partNotFound } from "../errors.ts"
import { stages } from "../stages/record.ts"

export interface TagOwner {
  tags: Readonly<Record<string, string>>
  put(tx: Writing, tags: Record<string, string>): Promise<void>
}

/** What has tags, by the path that its ARN ends with. UNVERIFIED: the text for an ARN of something else. */
export async function getTagOwner(tx: Reading, arn: string, context: CallContext): Promise<TagOwner> {
  const { service, region, resource = "" } = parseArn(arn) ?? {}
  if (service !== "apigateway" || region !== context.region) throw badRequest("Invalid ARN specified in the request")
  const [, kind, id = "", stages_, name = "", ...more] = resource.split("/")
  if (kind === "apis" && stages_ === "stages" && name !== "" && more.length === 0)
    return stageOwner(tx, id, name, context)
  if (stages_ !== undefined) throw badRequest("Invalid ARN specified in the request")
  if (kind === "apis") {
    const api = await getApi(tx, id, context)
    return { tags: api.body.Tags, put: (writing, Tags) => putApi(writing, { ...api, body: { ...api.body, Tags } }) }
  }
  if (kind === "domainnames") {
    const domain = await getDomain(tx, id, context)
    return {
      tags: domain.body.Tags,
      put: (writing, Tags) => putDomain(writing, { ...domain, body: { ...domain.body, Tags } }),
    }
  }
  throw kind === "vpclinks" ? partNotFound("VPC link") : badRequest("Invalid ARN specified in the request")
}

async function stageOwner(tx: Reading, id: string, name: string, context: CallContext): Promise<TagOwner> {
  const { apiId } = await getApi(tx, id, context)
  const stage = await stages.read(tx, apiId, name)
  if (!stage) throw partNotFound("stage")
  return { tags: stage.Tags, put: (writing, Tags) => stages.put(writing, apiId, name, { ...stage, Tags }) }
}
