import type { Requirement } from "../../authorization/requirement.ts"
import type { ResourceFacts } from "../../authorization/resource-facts.ts"
import { parseArn } from "../../base/arn.ts"
import type { Deps } from "../../call.ts"
import type { Scope } from "../../operation.ts"
import type { CompiledPolicy } from "../../policy/index.ts"
import type { Store } from "../../store/store.ts"
import { readCodeSigning } from "./code-signing/record.ts"
import { readMapping } from "./event-sources/record.ts"
import { findFunction } from "./functions/find.ts"
import type { FunctionRecord } from "./functions/record.ts"
import { parseLayerVersionArn } from "./layers/name.ts"
import { compiledPolicy } from "./layers/permissions.ts"
import { readLayerVersion } from "./layers/record.ts"
import { findPolicy } from "./permissions/record.ts"
import { hasStateFacts, stateFacts } from "./state-facts.ts"

/** The owner, the tags and the policy of what an ARN of Lambda's names; at once where they are in memory. */
export function resourceFacts(
  arn: string,
  action: string,
  { store }: Deps,
  requirement: Requirement,
): ResourceFacts | undefined | Promise<ResourceFacts | undefined> {
  const { service, account, region, resource } = parseArn(arn) ?? {}
  if (service !== "lambda" || !account || !region || !resource) return undefined
  const [kind, name, qualifier] = resource.split(":")
  if (kind === "layer") return layerFacts(store, arn, account)
  if (kind === "event-source-mapping" && name) return mappingFacts(store, { account, region }, name)
  if (kind === "code-signing-config" && name) return codeSigningFacts(store, { account, region }, name)
  if (kind !== "function" || !name) return { account }
  const facts = (found: FunctionRecord | undefined) => functionFacts(store, found, account, qualifier)
  const found = findFunction(store, { account, region, name })
  if (hasStateFacts(action))
    return Promise.resolve(found).then(async (record) =>
      stateFacts(store, await facts(record), record, qualifier, { ...requirement, action }),
    )
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

/** Ids in requests may hold anything. */
const isId = (id: string): boolean => /^[a-zA-Z0-9-]{1,64}$/.test(id)

/** Whoever may see or change a mapping can be held to those of some functions. */
async function mappingFacts(store: Store, scope: Scope, uuid: string): Promise<ResourceFacts> {
  const found = isId(uuid) ? await store.read((tx) => readMapping(tx, scope, uuid)) : undefined
  const { account } = scope
  return found ? { account, tags: found.body.tags, context: { "lambda:FunctionArn": found.functionArn } } : { account }
}

async function codeSigningFacts(store: Store, scope: Scope, id: string): Promise<ResourceFacts> {
  const found = isId(id) ? await store.read((tx) => readCodeSigning(tx, { ...scope, id })) : undefined
  return { account: scope.account, ...(found && { tags: found.body.tags }) }
}
