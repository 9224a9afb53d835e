import { parseArn } from "../../../base/arn.ts"
import type { Scope } from "../../../operation.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import { configNotFound } from "../code-signing/errors.ts"
import { putCodeSigning, readCodeSigning } from "../code-signing/record.ts"
import { functionNotFound, notFound, otherRegion, tagsOfQualified } from "../errors.ts"
import { mappingNotFound } from "../event-sources/errors.ts"
import { readMapping, updateMapping } from "../event-sources/record.ts"
import { readFunction, updateFunction } from "../functions/find.ts"

type Tags = Record<string, string>

/** A resource whose tags are read and written. */
export interface TagOwner {
  tags: Tags
  put(tx: Writing, tags: Tags): Promise<void>
}

interface NamedResource {
  arn: string
  account: string
  region: string
  /** What stands behind the kind: a name, an id. */
  name: string
}

/** By the kind that an ARN names: `function`. Each throws 404 in its own words. */
const OWNERS: Readonly<Record<string, (tx: Reading, resource: NamedResource) => Promise<TagOwner>>> = {
  async function(tx, { arn, ...resource }) {
    const record = await readFunction(tx, resource)
    if (!record) throw functionNotFound(arn)
    return {
      tags: record.body.tags,
      put: (writing, tags) => updateFunction(writing, { ...record, body: { ...record.body, tags } }),
    }
  },
  async "event-source-mapping"(tx, { arn, name: uuid, ...scope }) {
    const found = await readMapping(tx, scope, uuid)
    if (!found) throw mappingNotFound(arn)
    return {
      tags: found.body.tags,
      put: (writing, tags) => updateMapping(writing, { ...found, body: { ...found.body, tags } }),
    }
  },
  async "code-signing-config"(tx, { arn, name: id, ...scope }) {
    const found = await readCodeSigning(tx, { ...scope, id })
    if (!found) throw configNotFound(arn)
    return {
      tags: found.body.tags,
      put: (writing, tags) => putCodeSigning(writing, { ...found, body: { ...found.body, tags } }),
    }
  },
  async "capacity-provider"(_tx, { arn }) {
    throw notFound(`Capacity provider not found: ${arn}`)
  },
}

/** The owner of the tags that an ARN is about. The model's pattern has been held against it. */
export async function getTagOwner(tx: Reading, arn: string, scope: Scope): Promise<TagOwner> {
  const { account, region, resource } = parseArn(arn)!
  if (region !== scope.region) throw otherRegion(region, scope.region)
  const [kind = "", name = "", qualifier] = resource.split(":")
  if (qualifier !== undefined) throw tagsOfQualified()
  const owner = Object.hasOwn(OWNERS, kind) ? OWNERS[kind] : undefined
  if (!owner) throw notFound(`Resource not found: ${arn}`)
  return owner(tx, { arn, account, region, name })
}
