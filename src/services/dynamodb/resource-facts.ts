import { parseArn } from "../../base/arn.ts"
import type { Deps } from "../../call.ts"
import { type CompiledPolicy, compile } from "../../policy/index.ts"
import type { Store } from "../../store/store.ts"
import type { TableFacts } from "./items/access.ts"
import { findStream, parseStreamArn } from "./streams/find.ts"
import type { Stream } from "./streams/record.ts"
import { findTable } from "./tables/find.ts"
import type { KeySchema } from "./tables/keys.ts"
import type { Table } from "./tables/record.ts"

/** The owner, the tags, the policy and the key of a table, or of the index that the ARN names. */
export function resourceFacts(
  arn: string,
  _action: string,
  { store }: Deps,
): TableFacts | undefined | Promise<TableFacts | undefined> {
  const { account, region, resource } = parseArn(arn) ?? {}
  if (!account || !region || !resource?.startsWith("table/")) return undefined
  const [, name = "", kind, indexName] = resource.split("/")
  if (kind === "stream") return streamFacts(arn, account, store)
  const table = findTable(store, { account, region, name })
  // A table that is not there belongs to the account that its ARN names, so that strangers learn nothing of it.
  const facts = (found: Table | undefined): TableFacts =>
    found ? factsOf(found, kind === "index" ? indexName : undefined) : { account, key: NO_KEY }
  return table instanceof Promise ? table.then(facts) : facts(table)
}

/** A stream has a policy of its own, and nothing of its table's. */
async function streamFacts(arn: string, account: string, store: Store): Promise<TableFacts> {
  const address = parseStreamArn(arn)
  const stream = address && (await findStream(store, address))
  const policy = stream && streamPolicyOf(stream)
  return { account, key: NO_KEY, ...(policy && { policy }) }
}

const NO_KEY: KeySchema = { partition: [], sort: [], all: [] }

const known = new WeakMap<Table, Map<string | undefined, TableFacts>>()

/** Kept as long as the table is: a policy is compiled once. */
function factsOf(table: Table, indexName: string | undefined): TableFacts {
  let byIndex = known.get(table)
  if (!byIndex) {
    byIndex = new Map()
    known.set(table, byIndex)
  }
  // Names that are no index's would grow the map without bound.
  const index = indexName === undefined ? undefined : table.indexes.get(indexName)
  let facts = byIndex.get(index?.name)
  if (!facts) {
    const { account, tags } = table.record
    const policy = policyOf(table)
    facts = { account, tags, key: index?.key ?? table.key, ...(policy && { policy }) }
    byIndex.set(index?.name, facts)
  }
  return facts
}

const knownPolicies = new WeakMap<Stream, CompiledPolicy>()

function streamPolicyOf(stream: Stream): CompiledPolicy | undefined {
  const { policy, name, label } = stream.record
  if (!policy) return undefined
  const compiled = knownPolicies.get(stream) ?? compile(policy.document, { name: `stream ${label} of table ${name}` })
  knownPolicies.set(stream, compiled)
  return compiled
}

const policyOf = ({ record }: Table): CompiledPolicy | undefined =>
  record.policy && compile(record.policy.document, { name: `table ${record.name}` })
