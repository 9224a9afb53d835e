import { createHash } from "node:crypto"
import type { Policy } from "@aws-sdk/client-iam"
import { type CompiledPolicy, compile } from "../../../policy/index.ts"
import type { Cache, Reading, Row, Store, Writing } from "../../../store/store.ts"
import { iamArn, parseIamArn } from "../arns.ts"
import { policyArnUnparsable, policyNotFound } from "../errors.ts"
import type { Tag } from "../tags.ts"
import { type AwsManagedPolicy, awsManagedPolicies } from "./aws-managed.ts"

export interface ManagedPolicy {
  /** `aws` for AWS's own. */
  account: string
  name: string
  path: string
  arn: string
  body: {
    /** `ANPA...` */
    id: string
    createdAt: number
    updatedAt: number
    description?: string
    defaultVersion: number
    /** Versions are numbered on, also after some were deleted. */
    lastVersion: number
    tags: readonly Tag[]
  }
}

export interface PolicyVersionRecord {
  number: number
  createdAt: number
  document: string
}

export interface PolicyRow extends Row {
  account: string
  name: string
  path: string
  arn: string
  body: string
}

export const parsePolicy = ({ account, name, path, arn, body }: PolicyRow): ManagedPolicy => ({
  account,
  name,
  path,
  arn,
  body: JSON.parse(body),
})

const ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

/** AWS's ids of its own policies are not published as a list: ours are made of their names, and are the same everywhere. */
const awsPolicyId = (name: string): string =>
  `ANPA${[...createHash("sha256").update(name).digest().subarray(0, 17)].map((byte) => ID_ALPHABET[byte & 31]).join("")}`

const ofAws = (policy: AwsManagedPolicy): { policy: ManagedPolicy; version: PolicyVersionRecord } => ({
  policy: {
    account: "aws",
    name: policy.name,
    path: policy.path,
    arn: iamArn("aws", "policy", policy.path, policy.name),
    body: {
      id: awsPolicyId(policy.name),
      createdAt: Date.parse(policy.createdAt),
      updatedAt: Date.parse(policy.updatedAt),
      description: policy.description,
      defaultVersion: policy.version,
      lastVersion: policy.version,
      tags: [],
    },
  },
  version: {
    number: policy.version,
    createdAt: Date.parse(policy.updatedAt),
    document: JSON.stringify(policy.document, null, 2),
  },
})

const awsPolicies = new Map(awsManagedPolicies.map(ofAws).map((entry) => [entry.policy.arn, entry]))

const sortedAwsPolicies = [...awsPolicies.values()].map(({ policy }) => policy).sort((a, b) => (a.arn < b.arn ? -1 : 1))

/** In the order of their ARNs. */
export const listAwsPolicies = (): readonly ManagedPolicy[] => sortedAwsPolicies

export async function findPolicy(tx: Reading, arn: string): Promise<ManagedPolicy | undefined> {
  const aws = awsPolicies.get(arn)
  if (aws) return aws.policy
  const row = await tx.get<PolicyRow>("SELECT account, name, path, arn, body FROM iam_policies WHERE arn = $1", arn)
  return row && parsePolicy(row)
}

export async function countOwnPolicies(tx: Reading, account: string): Promise<number> {
  const row = await tx.get<{ n: number | bigint }>("SELECT count(*) AS n FROM iam_policies WHERE account = $1", account)
  return Number(row?.n ?? 0)
}

export const policyExistsAt = async (tx: Reading, arn: string): Promise<boolean> =>
  (await findPolicy(tx, arn)) !== undefined

/** A policy of AWS or of the account; another account's is as good as none. */
export async function getPolicy(tx: Reading, account: string, arn: string): Promise<ManagedPolicy> {
  const name = parseIamArn(arn)
  if (name?.type !== "policy") throw policyArnUnparsable()
  const policy = await findPolicy(tx, arn)
  if (!policy || (policy.account !== account && policy.account !== "aws")) throw policyNotFound(arn)
  return policy
}

/** Newest first. */
export async function listVersions(tx: Reading, arn: string): Promise<PolicyVersionRecord[]> {
  const aws = awsPolicies.get(arn)
  if (aws) return [aws.version]
  const rows = await tx.all<{ number: number | bigint; created_at: number | bigint; document: string }>(
    "SELECT number, created_at, document FROM iam_policy_versions WHERE policy_arn = $1 ORDER BY number DESC",
    arn,
  )
  return rows.map(({ number, created_at, document }) => ({
    number: Number(number),
    createdAt: Number(created_at),
    document,
  }))
}

export async function insertVersion(tx: Writing, arn: string, version: PolicyVersionRecord): Promise<void> {
  await tx.run(
    "INSERT INTO iam_policy_versions (policy_arn, number, created_at, document) VALUES ($1, $2, $3, $4)",
    arn,
    version.number,
    version.createdAt,
    version.document,
  )
}

export async function updatePolicy(tx: Writing, { arn, body }: ManagedPolicy): Promise<void> {
  await tx.run("UPDATE iam_policies SET body = $1 WHERE arn = $2", JSON.stringify(body), arn)
  await tx.changed(CACHE, arn)
}

const CACHE = "iam.policy"

export const policyChanged = (tx: Writing, arn: string): Promise<void> => tx.changed(CACHE, arn)

/** The text of the default version; undefined where there is no such policy. */
export async function findDefaultDocument(tx: Reading, arn: string): Promise<string | undefined> {
  const policy = await findPolicy(tx, arn)
  if (!policy) return undefined
  return (await listVersions(tx, arn)).find(({ number }) => number === policy.body.defaultVersion)?.document
}

const compiledPolicies = (store: Store): Cache<CompiledPolicy> =>
  store.cache(CACHE, async (tx, arn) => {
    const document = await findDefaultDocument(tx, arn)
    return document === undefined ? undefined : compile(document, { arn, name: parseIamArn(arn)!.name })
  })

const compiledAws = new Map<string, CompiledPolicy>()

/** The default version, compiled once; at once where it is in memory. */
export function findCompiledPolicy(
  store: Store,
  arn: string,
): CompiledPolicy | undefined | Promise<CompiledPolicy | undefined> {
  const aws = awsPolicies.get(arn)
  if (!aws) return compiledPolicies(store).find(arn)
  const known = compiledAws.get(arn)
  if (known) return known
  const compiled = compile(aws.version.document, { arn, name: aws.policy.name })
  compiledAws.set(arn, compiled)
  return compiled
}

export interface PolicyUse {
  attachments: number
  boundaries: number
}

/** How often identities of the account use the policy. */
export async function countUses(tx: Reading, account: string, arn: string): Promise<PolicyUse> {
  const count = async (table: "iam_attachments" | "iam_boundaries") => {
    const row = await tx.get<{ n: number | bigint }>(
      `SELECT count(*) AS n FROM ${table} WHERE policy_arn = $1 AND account = $2`,
      arn,
      account,
    )
    return Number(row?.n ?? 0)
  }
  return { attachments: await count("iam_attachments"), boundaries: await count("iam_boundaries") }
}

/** As lists have it: without description and tags. */
export const policyOf = ({ name, path, arn, body }: ManagedPolicy, use: PolicyUse): Policy => ({
  PolicyName: name,
  PolicyId: body.id,
  Arn: arn,
  Path: path,
  DefaultVersionId: `v${body.defaultVersion}`,
  AttachmentCount: use.attachments,
  PermissionsBoundaryUsageCount: use.boundaries,
  IsAttachable: true,
  CreateDate: new Date(body.createdAt),
  UpdateDate: new Date(body.updatedAt),
})
