import type { Deps } from "../../call.ts"
import type { ContextValue } from "../../policy/index.ts"
import type { ResourceFacts } from "../../service.ts"
import { parseIamArn } from "./arns.ts"
import { findLoaded, type LoadedIdentity } from "./identities/loaded.ts"
import type { IdentityKind } from "./identities/record.ts"
import { getTags } from "./resource-tags.ts"

const isIdentity = (type: string): type is IdentityKind => type === "role" || type === "user" || type === "group"

/**
 * What is known of a user, role, group, policy or provider: its whole ARN, its tags, and the boundary it has.
 *
 * An ARN of another path is that of another entity, and is left as it is.
 */
export function resourceFacts(
  arn: string,
  _action: string,
  deps: Deps,
): ResourceFacts | undefined | Promise<ResourceFacts | undefined> {
  const name = parseIamArn(arn)
  // AWS's own policies belong to no one: who may read them is up to the caller's policies alone.
  if (!name || name.account === "aws") return undefined
  if (isIdentity(name.type)) {
    const found = findLoaded(deps.store, name.account, name.type, name.name)
    const about = (identity: LoadedIdentity | undefined) =>
      identity && (name.path === "/" || name.path === identity.path) ? factsOf(identity) : undefined
    return found instanceof Promise ? found.then(about) : about(found)
  }
  return getTags(deps.store, name.type, arn).then(
    (tags) => tags && { account: name.account, tags, context: tagKeys(tags) },
  )
}

function factsOf({ account, arn, tags, boundary }: LoadedIdentity): ResourceFacts {
  const context = tagKeys(tags)
  if (boundary !== undefined) context["iam:PermissionsBoundary"] = boundary
  return { account, arn, tags, context }
}

/** IAM's own name for `aws:ResourceTag/...`, which the core sets. */
function tagKeys(tags: Readonly<Record<string, string>>): Record<string, ContextValue> {
  const context: Record<string, ContextValue> = {}
  for (const key of Object.keys(tags)) context[`iam:ResourceTag/${key}`] = tags[key]!
  return context
}
