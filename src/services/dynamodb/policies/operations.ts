import {
  DeleteResourcePolicyCommand,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
} from "@aws-sdk/client-dynamodb"
import { operation } from "../../../operation.ts"
import { onResource } from "../access.ts"
import { policyNotFound } from "../errors.ts"
import { type PolicyHolder, parseHolderArn } from "./holder.ts"
import { parsePolicy } from "./parse.ts"

export const PutResourcePolicy = operation(PutResourcePolicyCommand, {
  access: onResource,
  async handle({ ResourceArn, Policy, ExpectedRevisionId }, context) {
    const policy = parsePolicy(Policy, context.clock.now())
    const findHolder = parseHolderArn(ResourceArn, context)
    const revision = await context.store.transact(async (tx) => {
      const holder = await findHolder(tx)
      holder.assertChangeable()
      assertRevision(holder, ExpectedRevisionId)
      const current = holder.policy
      // Writing what is there already makes no new revision.
      if (current && isSameDocument(current.document, Policy)) return current.revision
      await holder.keep(tx, policy)
      return policy.revision
    })
    return { RevisionId: revision }
  },
})

export const GetResourcePolicy = operation(GetResourcePolicyCommand, {
  access: onResource,
  async handle({ ResourceArn }, context) {
    const { policy } = await context.store.read(parseHolderArn(ResourceArn, context))
    if (!policy) throw policyNotFound(ResourceArn)
    return { Policy: policy.document, RevisionId: policy.revision }
  },
})

export const DeleteResourcePolicy = operation(DeleteResourcePolicyCommand, {
  access: onResource,
  async handle({ ResourceArn, ExpectedRevisionId }, context) {
    const findHolder = parseHolderArn(ResourceArn, context)
    return context.store.transact(async (tx) => {
      const holder = await findHolder(tx)
      holder.assertChangeable()
      assertRevision(holder, ExpectedRevisionId)
      const { policy } = holder
      if (!policy) return {}
      await holder.keep(tx, undefined)
      return { RevisionId: policy.revision }
    })
  },
})

/** API reference, PutResourcePolicy: `NO_POLICY` expects that there is none. */
function assertRevision({ policy, called }: PolicyHolder, expected: string | undefined): void {
  if (expected === undefined) return
  const current = policy?.revision
  if (expected === "NO_POLICY") {
    if (current === undefined) return
    throw policyNotFound(
      `Requested policy update expecting none to be present for ${called}, but a policy exists with revision id ${current}.`,
    )
  }
  if (current === expected) return
  throw policyNotFound(
    current === undefined
      ? `Requested update for policy with revision id ${expected}, but no policy is associated to target ${called}.`
      : `Requested update for policy with revision id ${expected}, but the policy associated to target ${called} has revision id ${current}.`,
  )
}

const isSameDocument = (a: string, b: string): boolean =>
  JSON.stringify(JSON.parse(a)) === JSON.stringify(JSON.parse(b))
