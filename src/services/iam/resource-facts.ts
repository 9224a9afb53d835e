import type { ResourceFacts } from "../../authorization/resource-facts.ts"
import type { Deps } from "../../call.ts"
import { type ContextValue, compile } from "../../policy/index.ts"
import { type IamName, iamArn, parseIamArn } from "./arns.ts"
import type { IdentityKind } from "./identities/kind.ts"
import { findLoaded, type LoadedIdentity } from "./identities/loaded.ts"
import { findProfile } from "./instance-profile-record.ts"
import { letsUsersChangePasswords } from "./passwords/login-profiles.ts"
import { getTags } from "./resource-tags.ts"
import { tagRecord } from "./tags.ts"

const isIdentity = (type: string): type is IdentityKind => type === "role" || type === "user" || type === "group"

/**
 * What is known of a user, role, group, policy or provider: its whole ARN, its tags, and the boundary it has.
 *
 * An ARN of another path is that of another entity, and is left as it is.
 */
export function resourceFacts(
  arn: string,
  action: string,
  deps: Deps,
): ResourceFacts | undefined | Promise<ResourceFacts | undefined> {
  const name = parseIamArn(arn)
  // AWS's own policies belong to no one: who may read them is up to the caller's policies alone.
  if (!name || name.account === "aws") return undefined
  if (isIdentity(name.type)) {
    const found = findLoaded(deps.store, name.account, name.type, name.name)
    if (action === "iam:ChangePassword") return ownPasswordFacts(deps, name.account, arn)
    const about = (identity: LoadedIdentity | undefined) =>
      identity && (name.path === "/" || name.path === identity.path) ? factsOf(identity) : undefined
    return found instanceof Promise ? found.then(about) : about(found)
  }
  if (name.type === "instance-profile") return profileFacts(deps, name)
  return getTags(deps.store, name.type, arn).then(
    (tags) => tags && { account: name.account, tags, context: tagKeys(tags) },
  )
}

/** A password policy that lets users change their passwords is a grant to each of them, which a denial takes back. */
async function ownPasswordFacts(deps: Deps, account: string, arn: string): Promise<ResourceFacts> {
  if (!(await letsUsersChangePasswords(deps, account))) return { account }
  const Statement = { Effect: "Allow", Principal: { AWS: arn }, Action: "iam:ChangePassword", Resource: arn }
  return { account, policy: compile({ Version: "2012-10-17", Statement }, { name: "account password policy" }) }
}

/** As with identities, requests leave the path out. */
async function profileFacts({ store }: Deps, { account, path, name }: IamName): Promise<ResourceFacts | undefined> {
  const profile = await store.read((tx) => findProfile(tx, account, name))
  if (!profile || (path !== "/" && path !== profile.path)) return undefined
  const tags = tagRecord(profile.body.tags)
  return { account, arn: iamArn(account, "instance-profile", profile.path, profile.name), tags, context: tagKeys(tags) }
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
