import type { ResourceFacts } from "../../authorization/resource-facts.ts"
import { parseArn } from "../../base/arn.ts"
import type { Deps } from "../../call.ts"
import type { CompiledPolicy } from "../../policy/index.ts"
import type { Store } from "../../store/store.ts"
import { findFunction } from "./functions/find.ts"
import type { FunctionRecord } from "./functions/record.ts"
import { parseLayerVersionArn } from "./layers/name.ts"
import { compiledPolicy } from "./layers/permissions.ts"
import { readLayerVersion } from "./layers/record.ts"
import { findPolicy } from "./permissions/record.ts"

/** The owner, the tags and the policy of what an ARN of Lambda's names; at once where they are in memory. */
export function resourceFacts(
  arn: string,
  _action: string,
  { store }: Deps,
): ResourceFacts | undefined | Promise<ResourceFacts | undefined> {
  const { service, account, region, resource } = parseArn(arn) ?? {}
  if (service !== "lambda" || !account || !region || !resource) return undefined
  const [kind, name, qualifier] = resource.split(":")
  if (kind === "layer") return layerFacts(store, arn, account)
  if (kind !== "function" || !name) return { account }
  const facts = (found: FunctionRecord | undefined) => functionFacts(store, found, account, qualifier)
  const found = findFunction(store, { account, region, name })
  return found instanceof Promise ? found.then(facts) : facts(found)
}

async function layerFacts(store: Store, arn: string, account: string): Promise<ResourceFacts> {
  const named = parseLayerVersionArn(arn)
  const found = named && (await store.read((tx) => readLayerVersion(tx, named, named.version)))
  const policy = found && compiledPolicy(found)
  return { account, ...(policy && { policy }) }
}

/** A function that is not there belongs to the account that its ARN names, so that strangers learn nothing of it. */
function functionFacts(
  store: Store,
  found: FunctionRecord | undefined,
  account: string,
  qualifier: string | undefined,
): ResourceFacts | Promise<ResourceFacts> {
  if (!found) return { account }
  const { tags } = found.body
  // The policy is that of what was addressed alone: a version's and an alias's are their own, and `$LATEST` has none.
  const facts = (policy: CompiledPolicy | undefined) => (policy ? { account, tags, policy } : { account, tags })
  const policy = findPolicy(store, { functionId: found.id, qualifier })
  return policy instanceof Promise ? policy.then(facts) : facts(policy)
}
