import {
  CreatePolicyCommand,
  DeletePolicyCommand,
  GetPolicyCommand,
  ListPolicyTagsCommand,
  TagPolicyCommand,
  UntagPolicyCommand,
} from "@aws-sdk/client-iam"
import { requestTagContext } from "../../../authorization/request-tags.ts"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import { sizeWithoutWhitespace } from "../../../policy/index.ts"
import type { Reading } from "../../../store/store.ts"
import { creating, onPolicy } from "../access.ts"
import { iamArn } from "../arns.ts"
import { assertDocument } from "../documents.ts"
import { awsManagedPolicy, overQuota, policyExists, policyHasVersions, policyIsAttached } from "../errors.ts"
import { listPageOf, pageMembers } from "../paging.ts"
import { quotas } from "../quotas.ts"
import { assertTags, mergeTags, type Tag, withoutTags } from "../tags.ts"
import { issueUniqueId } from "../unique-ids.ts"
import {
  countOwnPolicies,
  countUses,
  getPolicy,
  insertVersion,
  listVersions,
  type ManagedPolicy,
  policyChanged,
  policyOf,
  updatePolicy,
} from "./record.ts"

export function assertManagedDocument(document: string): void {
  assertDocument(document, "managed")
  if (sizeWithoutWhitespace(document) > quotas.PolicySizeQuota) throw overQuota("PolicySize", quotas.PolicySizeQuota)
}

/** AWS's own policies are anyone's to read and nobody's to change. */
export async function getOwnPolicy(tx: Reading, account: string, arn: string): Promise<ManagedPolicy> {
  const policy = await getPolicy(tx, account, arn)
  if (policy.account === "aws") throw awsManagedPolicy(arn)
  return policy
}

/** A refusal names the new policy by its name alone: `on resource: policy NAME`. */
export const CreatePolicy = operation(CreatePolicyCommand, {
  access: (input, scope) =>
    creating("policy", "TagPolicy", input.PolicyName, input, scope).map((requirement) => ({
      ...requirement,
      refusedAs: `policy ${input.PolicyName}`,
    })),
  async handle({ PolicyName, Path = "/", PolicyDocument, Description, Tags = [] }, { store, clock, account }) {
    assertManagedDocument(PolicyDocument)
    assertTags(Tags)
    const now = clock.now()
    const policy: ManagedPolicy = {
      account,
      name: PolicyName,
      path: Path,
      arn: iamArn(account, "policy", Path, PolicyName),
      body: {
        id: issueUniqueId("ANPA"),
        createdAt: now,
        updatedAt: now,
        ...(Description && { description: Description }),
        defaultVersion: 1,
        lastVersion: 1,
        tags: Tags,
      },
    }
    await store.transact(async (tx) => {
      const taken = await tx.get(
        "SELECT name FROM iam_policies WHERE account = $1 AND name_key = $2",
        account,
        PolicyName.toLowerCase(),
      )
      if (taken) throw policyExists(PolicyName)
      if ((await countOwnPolicies(tx, account)) >= quotas.PoliciesQuota)
        throw overQuota("PoliciesPerAccount", quotas.PoliciesQuota)
      await tx.run(
        "INSERT INTO iam_policies (account, name_key, name, path, arn, body) VALUES ($1, $2, $3, $4, $5, $6)",
        account,
        PolicyName.toLowerCase(),
        PolicyName,
        Path,
        policy.arn,
        JSON.stringify(policy.body),
      )
      await insertVersion(tx, policy.arn, { number: 1, createdAt: now, document: PolicyDocument })
      await policyChanged(tx, policy.arn)
    })
    const created = policyOf(policy, { attachments: 0, boundaries: 0 })
    return { Policy: Tags.length > 0 ? { ...created, Tags } : created }
  },
})

export const GetPolicy = operation(GetPolicyCommand, {
  access: onPolicy,
  handle: ({ PolicyArn }, { store, account }) =>
    store.read(async (tx) => {
      const policy = await getPolicy(tx, account, PolicyArn)
      const { description, tags } = policy.body
      return {
        Policy: {
          ...policyOf(policy, await countUses(tx, account, PolicyArn)),
          ...(description !== undefined && { Description: description }),
          Tags: [...tags],
        },
      }
    }),
})

export const DeletePolicy = operation(DeletePolicyCommand, {
  access: onPolicy,
  async handle({ PolicyArn }, { store, account }) {
    await store.transact(async (tx) => {
      await getOwnPolicy(tx, account, PolicyArn)
      const use = await countUses(tx, account, PolicyArn)
      if (use.attachments > 0 || use.boundaries > 0) throw policyIsAttached()
      if ((await listVersions(tx, PolicyArn)).length > 1) throw policyHasVersions()
      await tx.run("DELETE FROM iam_policy_versions WHERE policy_arn = $1", PolicyArn)
      await tx.run("DELETE FROM iam_policies WHERE arn = $1", PolicyArn)
      await policyChanged(tx, PolicyArn)
    })
    return {}
  },
})

async function changeTags({ store, account }: CallContext, arn: string, edit: (tags: readonly Tag[]) => Tag[]) {
  await store.transact(async (tx) => {
    const policy = await getOwnPolicy(tx, account, arn)
    await updatePolicy(tx, { ...policy, body: { ...policy.body, tags: edit(policy.body.tags) } })
  })
  return {}
}

export const TagPolicy = operation(TagPolicyCommand, {
  access: ({ PolicyArn, Tags }) => ({ ...onPolicy({ PolicyArn }), context: requestTagContext(Tags) }),
  handle: ({ PolicyArn, Tags }, context) => changeTags(context, PolicyArn, (tags) => mergeTags(tags, Tags, "Policy")),
})

export const UntagPolicy = operation(UntagPolicyCommand, {
  access: ({ PolicyArn, TagKeys }) => ({ ...onPolicy({ PolicyArn }), context: { "aws:TagKeys": TagKeys } }),
  handle: ({ PolicyArn, TagKeys }, context) => changeTags(context, PolicyArn, (tags) => withoutTags(tags, TagKeys)),
})

export const ListPolicyTags = operation(ListPolicyTagsCommand, {
  access: onPolicy,
  handle: ({ PolicyArn, ...paging }, context) =>
    context.store.read(async (tx) => {
      const { body } = await getPolicy(tx, context.account, PolicyArn)
      const page = await listPageOf(context, paging, `tags of ${PolicyArn}`, body.tags, ({ Key }) => Key)
      return { Tags: page.items, ...pageMembers(page) }
    }),
})
