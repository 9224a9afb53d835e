import { type CompiledPolicy, compile, type PolicyDocument, type StatementDocument } from "../../../policy/index.ts"
import type { Reading, Store, Writing } from "../../../store/store.ts"
import { noSuchBucket } from "../errors.ts"
import { assertBucketName, isBucketName } from "./name.ts"

/** Empty where versioning was never turned on; it can never be turned off again, only suspended. */
export type Versioning = "" | "Enabled" | "Suspended"
export type ObjectOwnership = (typeof OBJECT_OWNERSHIPS)[number]

const OBJECT_OWNERSHIPS = ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"] as const

export const isObjectOwnership = (text: string | undefined): text is ObjectOwnership =>
  OBJECT_OWNERSHIPS.some((ownership) => ownership === text)

export interface PublicAccessBlock {
  BlockPublicAcls: boolean
  IgnorePublicAcls: boolean
  BlockPublicPolicy: boolean
  RestrictPublicBuckets: boolean
}

export interface CorsRule {
  ID?: string
  AllowedOrigins: string[]
  AllowedMethods: string[]
  AllowedHeaders?: string[]
  ExposeHeaders?: string[]
  MaxAgeSeconds?: number
}

/** The `body` of a bucket's row: everything but its name, owner and versioning state. */
export interface BucketSettings {
  region: string
  /** Milliseconds. */
  created: number
  /** Order kept; keys are unique. */
  tags?: [key: string, value: string][]
  /** The bucket policy, as it was put but for principals that are stored by their unique ids. */
  policy?: string
  /** Whether `policy` is public, in the sense of Block Public Access. */
  isPolicyPublic?: boolean
  cors?: CorsRule[]
  publicAccessBlock?: PublicAccessBlock
  ownership?: ObjectOwnership
  /** Whether an object was ever tagged. */
  hasTaggedObjects?: boolean
  /** Whether S3 Bucket Keys were asked for; the algorithm is always AES256. */
  bucketKeyEnabled?: boolean
}

export interface Bucket extends BucketSettings {
  name: string
  account: string
  versioning: Versioning
  compiledPolicy?: CompiledPolicy
}

interface BucketRow {
  name: string
  account: string
  versioning: Versioning
  body: string
}

const parseBucket = ({ name, account, versioning, body }: BucketRow): Bucket => ({
  ...(JSON.parse(body) as BucketSettings),
  name,
  account,
  versioning,
})

const KIND = "s3.bucket"

/** A bucket with its policy ready for decisions. */
const cache = (store: Store) =>
  store.cache<Bucket>(KIND, async (tx, name) => {
    const bucket = await readBucket(tx, name)
    if (bucket?.policy !== undefined) bucket.compiledPolicy = compileBucketPolicy(bucket, bucket.policy)
    return bucket
  })

/**
 * The policy as it is in force. Where public buckets are restricted and it is public, nobody of another account gets in by
 * it, AWS services aside (S3 user guide, "Blocking public access": RestrictPublicBuckets).
 */
function compileBucketPolicy(
  { name, account, publicAccessBlock, isPolicyPublic }: Bucket,
  text: string,
): CompiledPolicy {
  if (!isPolicyPublic || !publicAccessBlock?.RestrictPublicBuckets) return compile(text, { name })
  const document = JSON.parse(text) as PolicyDocument
  const restriction = {
    Effect: "Deny",
    Principal: "*",
    Action: "*",
    Resource: "*",
    Condition: {
      StringNotEquals: { "aws:PrincipalAccount": account },
      BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
    },
  }
  return compile(
    { ...document, Statement: [...([document.Statement].flat() as StatementDocument[]), restriction] },
    { name },
  )
}

/** Names that no bucket can have are not looked for: a text column cannot even hold all of them. */
export const findBucket = (store: Store, name: string): Bucket | undefined | Promise<Bucket | undefined> =>
  isBucketName(name) ? cache(store).find(name) : undefined

export async function getBucket(store: Store, name: string): Promise<Bucket> {
  return (await findBucket(store, name)) ?? refuseMissing(name)
}

/** The bucket as this transaction sees it, without its compiled policy. */
export async function readBucket(tx: Reading, name: string): Promise<Bucket | undefined> {
  const row = await tx.get<BucketRow>("SELECT name, account, versioning, body FROM s3_buckets WHERE name = $1", name)
  return row && parseBucket(row)
}

/** The versioning state, for a transaction that writes an object; throws NoSuchBucket. */
export async function readVersioning(tx: Reading, name: string): Promise<Versioning> {
  const row = await tx.get<BucketRow>("SELECT versioning FROM s3_buckets WHERE name = $1", name)
  return row ? row.versioning : refuseMissing(name)
}

function refuseMissing(name: string): never {
  assertBucketName(name)
  throw noSuchBucket(name)
}

/** False where the name is taken. */
export async function insertBucket(tx: Writing, { name, account, versioning, ...settings }: Bucket): Promise<boolean> {
  const rows = await tx.run(
    "INSERT INTO s3_buckets (name, account, versioning, body) VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO NOTHING",
    name,
    account,
    versioning,
    JSON.stringify(settings),
  )
  await tx.changed(KIND, name)
  return rows > 0
}

/** Changes one bucket's settings in one transaction; throws NoSuchBucket. */
export async function changeBucket(store: Store, name: string, change: (bucket: Bucket) => void): Promise<void> {
  await store.transact(async (tx) => {
    const bucket = (await readBucket(tx, name)) ?? refuseMissing(name)
    change(bucket)
    const { name: _, account: __, versioning, compiledPolicy: ___, ...settings } = bucket
    const body = JSON.stringify(settings)
    await tx.run("UPDATE s3_buckets SET versioning = $2, body = $3 WHERE name = $1", name, versioning, body)
    await tx.changed(KIND, name)
  })
}

export async function removeBucket(tx: Writing, name: string): Promise<void> {
  await tx.run("DELETE FROM s3_buckets WHERE name = $1", name)
  await tx.changed(KIND, name)
}
