import type { Deps } from "../../call.ts"
import { findAliasedKey, putAlias, readAlias } from "./aliases/record.ts"
import type { Home, KeyName } from "./arns.ts"
import { newKey, storeKey } from "./keys/create.ts"
import type { KeyRecord } from "./keys/record.ts"
import { secretKey } from "./material.ts"
import { enqueueRotation } from "./rotation/work.ts"

/** The services here whose data AWS has a key of its own for, by the name of its alias. */
const SERVICES: Readonly<Record<string, string>> = {
  s3: "S3",
  lambda: "Lambda",
  dynamodb: "DynamoDB",
  kinesis: "Kinesis",
}

/** Developer Guide, "Rotating AWS KMS keys": about every year. */
const ROTATION_DAYS = 365
const DAY = 24 * 60 * 60 * 1000

/** Makes the key of an alias of AWS (`alias/aws/s3`) where there is none yet; leaves other names alone. */
export async function ensureManagedKey(
  name: KeyName,
  context: Pick<Deps, "store" | "masterKey" | "clock" | "work"> & Home,
): Promise<void> {
  if (name.is !== "alias" || name.account !== context.account) return
  const service = name.name.slice("alias/aws/".length)
  if (!name.name.startsWith("alias/aws/") || !Object.hasOwn(SERVICES, service)) return
  if ((await findAliasedKey(context.store, name)) !== undefined) return
  const now = context.clock.now()
  const record: KeyRecord = {
    ...newKey({ account: name.account, region: name.region, now }),
    spec: "SYMMETRIC_DEFAULT",
    usage: "ENCRYPT_DECRYPT",
    description: `Default key that protects my ${SERVICES[service]} data when no other key is defined`,
    manager: "AWS",
    policy: managedPolicy(service, name),
    tags: {},
    rotation: { periodInDays: ROTATION_DAYS, nextAt: now + ROTATION_DAYS * DAY },
  }
  const material = secretKey(32)
  await context.store.transact(async (tx) => {
    if (await readAlias(tx, name)) return
    await storeKey(tx, context, record, material)
    await putAlias(tx, { ...name, keyId: record.id, createdAt: now, updatedAt: now })
    await enqueueRotation(tx, context, record)
  })
}

/** Developer Guide, "AWS managed keys": for who comes through the service, and nobody else. */
const managedPolicy = (service: string, { account, region }: Home): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Id: `auto-${service}-2`,
    Statement: [
      {
        Sid: `Allow access through ${SERVICES[service]} for all principals in the account that are authorized to use ${SERVICES[service]}`,
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [
          "kms:Encrypt",
          "kms:Decrypt",
          "kms:ReEncrypt*",
          "kms:GenerateDataKey*",
          "kms:CreateGrant",
          "kms:DescribeKey",
        ],
        Resource: "*",
        Condition: {
          StringEquals: {
            "kms:CallerAccount": account,
            "kms:ViaService": `${service}.${region}.amazonaws.com`,
          },
        },
      },
      {
        Sid: "Allow direct access to key metadata to the account",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: ["kms:Describe*", "kms:Get*", "kms:List*"],
        Resource: "*",
      },
    ],
  })
