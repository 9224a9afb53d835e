import { findNearest } from "../../../base/nearest.ts"
import { actionsMatching, catalogueDate, findService, servicePrefixes } from "../../catalogue/read.ts"
import { statementRule } from "../rule.ts"

/** Vendor and name; undefined for what the grammar refuses. */
function partsOf(text: string): { prefix: string; name: string } | undefined {
  const [prefix, name, ...others] = text.split(":")
  return prefix && name && others.length === 0 ? { prefix: prefix.toLowerCase(), name } : undefined
}

export const unknownService = statementRule(
  { id: "HP101", severity: "warning", title: "no such service" },
  function* ({ actions, notActions }) {
    for (const { text, at } of [...actions, ...notActions]) {
      const { prefix } = partsOf(text) ?? {}
      if (prefix === undefined || /[*?]/.test(prefix) || findService(prefix)) continue
      const nearest = findNearest(prefix, servicePrefixes())
      yield {
        at,
        message: `AWS has no service "${prefix}", so ${text} never matches.`,
        fix: nearest
          ? `Write ${nearest}: if that is meant.`
          : "Look the prefix up in the Service Authorization Reference.",
      }
    }
  },
)

export const unknownAction = statementRule(
  { id: "HP102", severity: "warning", title: "no such action" },
  function* ({ actions, notActions }) {
    for (const { text, at } of [...actions, ...notActions]) {
      const { prefix, name } = partsOf(text) ?? {}
      const service = prefix === undefined ? undefined : findService(prefix)
      if (service === undefined || actionsMatching(text).length > 0) continue
      const names = [...service.actions.values()].map((action) => action.name)
      const nearest = SLIPS.get(text.toLowerCase()) ?? findNearest(name!, names)
      yield {
        at,
        message: `${service.prefix} has no action ${/[*?]/.test(name!) ? "that matches" : "called"} ${name} (as of ${catalogueDate()}), so it never matches.`,
        fix: nearest
          ? `Write ${service.prefix}:${nearest} if that is meant.`
          : "Look the action up in the Service Authorization Reference: the name of an API operation may differ.",
      }
    }
  },
)

/** Operations of S3 that are called otherwise than the action they need. In lower case. */
const SLIPS: ReadonlyMap<string, string> = new Map([
  ["s3:listobjects", "ListBucket"],
  ["s3:listobjectsv2", "ListBucket"],
  ["s3:headobject", "GetObject"],
  ["s3:headbucket", "ListBucket"],
  ["s3:listbuckets", "ListAllMyBuckets"],
  ["s3:copyobject", "PutObject"],
  ["s3:deleteobjects", "DeleteObject"],
  ["s3:createmultipartupload", "PutObject"],
  ["s3:listobjectversions", "ListBucketVersions"],
  ["lambda:invoke", "InvokeFunction"],
])
