import {
  CreatePolicyVersionCommand,
  DeletePolicyVersionCommand,
  GetPolicyVersionCommand,
  ListPolicyVersionsCommand,
  type PolicyVersion,
  SetDefaultPolicyVersionCommand,
} from "@aws-sdk/client-iam"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { onPolicy } from "../access.ts"
import { policyVersionNotFound, tooManyVersions, versionIsDefault } from "../errors.ts"
import { listPageOf, pageMembers } from "../paging.ts"
import { quotas } from "../quotas.ts"
import { urlEncoded } from "../url-encoding.ts"
import { assertManagedDocument, getOwnPolicy } from "./policies.ts"
import {
  getPolicy,
  insertVersion,
  listVersions,
  type ManagedPolicy,
  type PolicyVersionRecord,
  updatePolicy,
} from "./record.ts"

const versionOf = (policy: ManagedPolicy, { number, createdAt }: PolicyVersionRecord): PolicyVersion => ({
  VersionId: `v${number}`,
  IsDefaultVersion: number === policy.body.defaultVersion,
  CreateDate: new Date(createdAt),
})

/** With the document, which only `GetPolicyVersion` and `GetAccountAuthorizationDetails` answer. */
export const wholeVersionOf = (policy: ManagedPolicy, version: PolicyVersionRecord): PolicyVersion => ({
  Document: urlEncoded(version.document),
  ...versionOf(policy, version),
})

async function getVersion(tx: Reading, arn: string, id: string): Promise<PolicyVersionRecord> {
  const version = (await listVersions(tx, arn)).find(({ number }) => `v${number}` === id)
  if (!version) throw policyVersionNotFound(arn, id)
  return version
}

export const CreatePolicyVersion = operation(CreatePolicyVersionCommand, {
  access: onPolicy,
  async handle({ PolicyArn, PolicyDocument, SetAsDefault = false }, { store, clock, account }) {
    assertManagedDocument(PolicyDocument)
    const now = clock.now()
    return store.transact(async (tx) => {
      const policy = await getOwnPolicy(tx, account, PolicyArn)
      if ((await listVersions(tx, PolicyArn)).length >= quotas.VersionsPerPolicyQuota) throw tooManyVersions()
      const number = policy.body.lastVersion + 1
      const version = { number, createdAt: now, document: PolicyDocument }
      await insertVersion(tx, PolicyArn, version)
      const defaultVersion = SetAsDefault ? number : policy.body.defaultVersion
      const updated = { ...policy, body: { ...policy.body, lastVersion: number, updatedAt: now, defaultVersion } }
      await updatePolicy(tx, updated)
      return { PolicyVersion: versionOf(updated, version) }
    })
  },
})

export const GetPolicyVersion = operation(GetPolicyVersionCommand, {
  access: onPolicy,
  handle: ({ PolicyArn, VersionId }, { store, account }) =>
    store.read(async (tx) => {
      const policy = await getPolicy(tx, account, PolicyArn)
      return { PolicyVersion: wholeVersionOf(policy, await getVersion(tx, PolicyArn, VersionId)) }
    }),
})

export const ListPolicyVersions = operation(ListPolicyVersionsCommand, {
  access: onPolicy,
  handle: ({ PolicyArn, ...paging }, context) =>
    context.store.read(async (tx) => {
      const policy = await getPolicy(tx, context.account, PolicyArn)
      const versions = await listVersions(tx, PolicyArn)
      // Newest first: the key counts down.
      const key = ({ number }: PolicyVersionRecord) => String(Number.MAX_SAFE_INTEGER - number).padStart(16, "0")
      const page = await listPageOf(context, paging, `versions of ${PolicyArn}`, versions, key)
      return { Versions: page.items.map((version) => versionOf(policy, version)), ...pageMembers(page) }
    }),
})

export const SetDefaultPolicyVersion = operation(SetDefaultPolicyVersionCommand, {
  access: onPolicy,
  async handle({ PolicyArn, VersionId }, { store, clock, account }) {
    const updatedAt = clock.now()
    await store.transact(async (tx) => {
      const policy = await getOwnPolicy(tx, account, PolicyArn)
      const { number } = await getVersion(tx, PolicyArn, VersionId)
      await updatePolicy(tx, { ...policy, body: { ...policy.body, defaultVersion: number, updatedAt } })
    })
    return {}
  },
})

export const DeletePolicyVersion = operation(DeletePolicyVersionCommand, {
  access: onPolicy,
  async handle({ PolicyArn, VersionId }, { store, account }) {
    await store.transact(async (tx) => {
      const policy = await getOwnPolicy(tx, account, PolicyArn)
      const { number } = await getVersion(tx, PolicyArn, VersionId)
      if (number === policy.body.defaultVersion) throw versionIsDefault()
      await tx.run("DELETE FROM iam_policy_versions WHERE policy_arn = $1 AND number = $2", PolicyArn, number)
    })
    return {}
  },
})
