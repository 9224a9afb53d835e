import { parseArn } from "../../../base/arn.ts"
import type { Scope } from "../../../operation.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import { putDomain } from "../../apigatewayv2/service.ts"
import { getApiKey } from "../api-keys/operations.ts"
import { apiKeys } from "../api-keys/record.ts"
import { clientCertificates } from "../client-certificates/record.ts"
import { getDomainName } from "../domain-names/operations.ts"
import { badRequest, certificateNotFound, notFound, vpcLinkNotFound } from "../errors.ts"
import { ownerOf } from "../owners.ts"
import { getRestApi } from "../rest-apis/get.ts"
import { isId, restApis } from "../rest-apis/record.ts"
import type { Texts } from "../snapshot.ts"
import { getStage } from "../stages/operations.ts"
import { stages } from "../stages/record.ts"
import { getUsagePlan } from "../usage-plans/get.ts"
import { usagePlans } from "../usage-plans/record.ts"

/** A resource whose tags are read and written. */
export interface TagOwner {
  tags: Texts
  put(tx: Writing, tags: Texts | undefined): Promise<void>
}

type Find = (tx: Reading, scope: Scope, ids: readonly string[]) => Promise<TagOwner>

/** By the path that an ARN names, with the names in it left out. Each throws 404 in its own words. */
const OWNERS: Readonly<Record<string, Find>> = {
  async "/restapis/"(tx, scope, [id = ""]) {
    const record = await getRestApi(tx, scope, id)
    return ownerWith(record, (writing, changed) => restApis.put(writing, ownerOf(scope), id, changed))
  },
  async "/restapis//stages/"(tx, scope, [id = "", stageName = ""]) {
    await getRestApi(tx, scope, id)
    const record = await getStage(tx, id, stageName)
    return ownerWith(record, (writing, changed) => stages.put(writing, id, stageName, changed))
  },
  async "/apikeys/"(tx, scope, [id = ""]) {
    const record = await getApiKey(tx, scope, id)
    return ownerWith(record, (writing, changed) => apiKeys.put(writing, ownerOf(scope), id, changed))
  },
  async "/usageplans/"(tx, scope, [id = ""]) {
    const record = await getUsagePlan(tx, scope, id)
    return ownerWith(record, (writing, changed) =>
      usagePlans.put(writing, ownerOf(scope), id, { ...changed, tags: changed.tags ?? {} }),
    )
  },
  async "/clientcertificates/"(tx, scope, [id = ""]) {
    const record = isId(id) ? await clientCertificates.read(tx, ownerOf(scope), id) : undefined
    if (!record) throw certificateNotFound()
    return ownerWith(record, (writing, changed) => clientCertificates.put(writing, ownerOf(scope), id, changed))
  },
  async "/domainnames/"(tx, scope, [name = ""]) {
    const domain = await getDomainName(tx, scope, name)
    return {
      tags: domain.body.Tags,
      put: (writing, tags = {}) => putDomain(writing, { ...domain, body: { ...domain.body, Tags: tags } }),
    }
  },
  async "/vpclinks/"() {
    throw vpcLinkNotFound()
  },
}

const ownerWith = <T extends { tags?: Texts }>(
  record: T,
  put: (tx: Writing, changed: T) => Promise<void>,
): TagOwner => ({
  tags: record.tags ?? {},
  put: (tx, tags) => put(tx, { ...record, tags }),
})

/** The owner of the tags that an ARN is about. UNVERIFIED texts. */
export async function getTagOwner(tx: Reading, arn: string, scope: Scope): Promise<TagOwner> {
  const parsed = parseArn(arn)
  if (parsed?.service !== "apigateway" || !parsed.resource.startsWith("/"))
    throw badRequest(`Invalid resource ARN specified in the request: ${arn}`)
  if (parsed.region !== scope.region) throw notFound(`Resource not found: ${arn}`)
  const segments = parsed.resource.slice(1).split("/")
  const place = segments.map((segment, i) => (i % 2 === 0 ? `/${segment}/` : "")).join("")
  const find = segments.length % 2 === 0 && Object.hasOwn(OWNERS, place) ? OWNERS[place] : undefined
  if (!find) throw badRequest(`Invalid resource ARN specified in the request: ${arn}`)
  return find(
    tx,
    scope,
    segments.filter((_, i) => i % 2 === 1),
  )
}
