import {
  DeleteResourcePolicyCommand,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
} from "@aws-sdk/client-dynamodb"
import { operation, type Scope } from "../../../operation.ts"
import { WireError } from "../../../wire/errors.ts"
import { onResource } from "../access.ts"
import { policyNotFound, tableNotFound } from "../errors.ts"
import { parseResourceArn } from "../resource-arn.ts"
import { findTable, readNamedTable, updateTable } from "../tables/find.ts"
import type { Table } from "../tables/record.ts"
import type { TableAddress } from "../tables/table-name.ts"
import { parsePolicy } from "./parse.ts"

export const PutResourcePolicy = operation(PutResourcePolicyCommand, {
  access: onResource,
  async handle({ ResourceArn, Policy, ExpectedRevisionId }, context) {
    const policy = parsePolicy(Policy, context.clock.now())
    const address = parsePolicyArn(ResourceArn, context)
    const revision = await context.store.transact(async (tx) => {
      const table = await readNamedTable(tx, address)
      assertRevision(table, ExpectedRevisionId)
      const current = table.record.policy
      // Writing what is there already makes no new revision.
      if (current && isSameDocument(current.document, Policy)) return current.revision
      await updateTable(tx, { ...table.record, policy })
      return policy.revision
    })
    return { RevisionId: revision }
  },
})

export const GetResourcePolicy = operation(GetResourcePolicyCommand, {
  access: onResource,
  async handle({ ResourceArn }, context) {
    const address = parsePolicyArn(ResourceArn, context)
    const table = await findTable(context.store, address)
    if (!table) throw tableNotFound(address.name)
    const { policy } = table.record
    if (!policy) throw policyNotFound(ResourceArn)
    return { Policy: policy.document, RevisionId: policy.revision }
  },
})

export const DeleteResourcePolicy = operation(DeleteResourcePolicyCommand, {
  access: onResource,
  async handle({ ResourceArn, ExpectedRevisionId }, context) {
    const address = parsePolicyArn(ResourceArn, context)
    return context.store.transact(async (tx) => {
      const table = await readNamedTable(tx, address)
      assertRevision(table, ExpectedRevisionId)
      const { policy, ...record } = table.record
      if (!policy) return {}
      await updateTable(tx, record)
      return { RevisionId: policy.revision }
    })
  },
})

/** Streams have policies of their own on AWS; ours have none to guard yet. */
function parsePolicyArn(resourceArn: string, scope: Scope): TableAddress {
  if (/:table\/[^/]+\/stream\//.test(resourceArn)) {
    const [, name, , label] = resourceArn.split("/")
    throw new WireError(
      "ResourceNotFoundException",
      `Requested resource not found: Stream: ${label} not found for Table: ${name}`,
    )
  }
  return parseResourceArn(resourceArn, scope)
}

/** API reference, PutResourcePolicy: `NO_POLICY` expects that there is none. */
function assertRevision({ record }: Table, expected: string | undefined): void {
  if (expected === undefined) return
  const current = record.policy?.revision
  if (expected === "NO_POLICY") {
    if (current === undefined) return
    throw policyNotFound(
      `Requested policy update expecting none to be present for table ${record.name}, but a policy exists with revision id ${current}.`,
    )
  }
  if (current === expected) return
  throw policyNotFound(
    current === undefined
      ? `Requested update for policy with revision id ${expected}, but no policy is associated to target table ${record.name}.`
      : `Requested update for policy with revision id ${expected}, but the policy associated to target table ${record.name} has revision id ${current}.`,
  )
}

const isSameDocument = (a: string, b: string): boolean =>
  JSON.stringify(JSON.parse(a)) === JSON.stringify(JSON.parse(b))
