import type { Scope } from "../../../operation.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import { WireError } from "../../../wire/errors.ts"
import { invalidParameter, tableNotFound } from "../errors.ts"
import { parseResourceArn } from "../resource-arn.ts"
import { parseStreamArn, readStream, updateStream } from "../streams/find.ts"
import type { StreamAddress } from "../streams/record.ts"
import { assertNotDeleting, readTable, updateTable } from "../tables/find.ts"
import type { TableRecord } from "../tables/record.ts"
import type { TableAddress } from "../tables/table-name.ts"

export type ResourcePolicy = NonNullable<TableRecord["policy"]>

/** What has a policy of its own, as it is in a transaction: a table, or a stream. */
export interface PolicyHolder {
  policy: ResourcePolicy | undefined
  /** As refusals call it. */
  called: string
  assertChangeable(): void
  keep(tx: Writing, policy: ResourcePolicy | undefined): Promise<unknown>
}

/** Looks at an ARN, and then for what has it. */
export function parseHolderArn(arn: string, scope: Scope): (tx: Reading) => Promise<PolicyHolder> {
  if (!/:table\/[^/]+\/stream\//.test(arn)) {
    const address = parseResourceArn(arn, scope)
    return (tx) => readTableHolder(tx, address)
  }
  const address = parseStreamArn(arn)
  if (!address || address.region !== scope.region)
    throw invalidParameter(`Invalid TableArn: Invalid ResourceArn provided as input ${arn}`)
  return (tx) => readStreamHolder(tx, address)
}

async function readTableHolder(tx: Reading, address: TableAddress): Promise<PolicyHolder> {
  const table = await readTable(tx, address)
  if (!table) throw tableNotFound(address.name)
  const { policy, ...record } = table.record
  return {
    policy,
    called: `table ${address.name}`,
    assertChangeable: () => assertNotDeleting(table),
    keep: (tx, policy) => updateTable(tx, { ...record, ...(policy && { policy }) }),
  }
}

/** UNVERIFIED: what the texts about revisions call a stream. */
async function readStreamHolder(tx: Reading, address: StreamAddress): Promise<PolicyHolder> {
  const stream = await readStream(tx, address)
  if (!stream) {
    throw new WireError(
      "ResourceNotFoundException",
      `Requested resource not found: Stream: ${address.label} not found for Table: ${address.name}`,
    )
  }
  const { policy, ...record } = stream.record
  return {
    policy,
    called: `stream ${address.label}`,
    assertChangeable: () => {},
    keep: (tx, policy) => updateStream(tx, { ...record, ...(policy && { policy }) }),
  }
}
