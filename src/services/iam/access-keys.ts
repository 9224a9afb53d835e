import { randomBytes } from "node:crypto"
import {
  type AccessKey,
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  ListAccessKeysCommand,
  type StatusType,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam"
import { newAccessKeyId } from "../../authentication/access-key-id.ts"
import type { CallContext } from "../../call.ts"
import { operation } from "../../operation.ts"
import type { Reading } from "../../store/store.ts"
import { onUserOrSelf } from "./access.ts"
import { accessKeyChanged, sealSecret } from "./access-key-record.ts"
import { iamArn } from "./arns.ts"
import { accessKeyNotFound, accessKeyOfServer, overQuota } from "./errors.ts"
import { arnOf, findIdentityById } from "./identities/record.ts"
import { listPageOf, pageMembers } from "./paging.ts"
import { quotas } from "./quotas.ts"
import { getHolder, holderNameOf } from "./self.ts"
import { findKeyUse } from "./uses.ts"

interface KeyRow {
  id: string
  status: StatusType
  created_at: number | bigint
}

type Deps = Pick<CallContext, "defaultAccount" | "rootAccessKeyId">

/** In the order of their ids. The root credentials of the server are a key like the others, but for being no record:
 * when they were made is not kept. */
export async function listKeys(tx: Reading, holderId: string, deps: Deps): Promise<KeyRow[]> {
  const keys = await tx.all<KeyRow>(
    "SELECT id, status, created_at FROM iam_access_keys WHERE user_id = $1 ORDER BY id",
    holderId,
  )
  if (holderId !== deps.defaultAccount) return keys
  return [{ id: deps.rootAccessKeyId, status: "Active", created_at: 0 }, ...keys]
}

async function assertKeyOf(tx: Reading, holderId: string, id: string, deps: Deps): Promise<void> {
  if (holderId === deps.defaultAccount && id === deps.rootAccessKeyId) throw accessKeyOfServer(id)
  const row = await tx.get("SELECT id FROM iam_access_keys WHERE id = $1 AND user_id = $2", id, holderId)
  if (!row) throw accessKeyNotFound(id)
}

export const CreateAccessKey = operation(CreateAccessKeyCommand, {
  access: onUserOrSelf,
  async handle({ UserName }, context) {
    const { store, clock, masterKey, account } = context
    const name = await holderNameOf(UserName, context)
    const AccessKeyId = newAccessKeyId("AKIA", account)
    // 30 bytes are 40 characters of base64, AWS's own length and alphabet.
    const SecretAccessKey = randomBytes(30).toString("base64")
    const secret = sealSecret(masterKey, SecretAccessKey)
    const createdAt = clock.now()
    return store.transact(async (tx) => {
      const { id, ...named } = await getHolder(tx, account, name)
      if ((await listKeys(tx, id, context)).length >= quotas.AccessKeysPerUserQuota)
        throw overQuota("AccessKeysPerUser", quotas.AccessKeysPerUserQuota)
      await tx.run(
        `INSERT INTO iam_access_keys (id, account, user_id, status, created_at, secret)
         VALUES ($1, $2, $3, 'Active', $4, $5)`,
        AccessKeyId,
        account,
        id,
        createdAt,
        secret,
      )
      await accessKeyChanged(tx, AccessKeyId)
      const key = { AccessKeyId, Status: "Active" as const, SecretAccessKey, CreateDate: new Date(createdAt) }
      return { AccessKey: { ...named, ...key } as AccessKey }
    })
  },
})

export const ListAccessKeys = operation(ListAccessKeysCommand, {
  access: onUserOrSelf,
  async handle({ UserName, ...paging }, context) {
    const { store, account } = context
    const name = await holderNameOf(UserName, context)
    return store.read(async (tx) => {
      const { id: holderId, ...named } = await getHolder(tx, account, name)
      const keys = await listKeys(tx, holderId, context)
      const page = await listPageOf(context, paging, `keys of ${holderId}`, keys, ({ id }) => id)
      return {
        AccessKeyMetadata: page.items.map(({ id, status, created_at }) => ({
          ...named,
          AccessKeyId: id,
          Status: status,
          CreateDate: new Date(Number(created_at)),
        })),
        ...pageMembers(page),
      }
    })
  },
})

export const UpdateAccessKey = operation(UpdateAccessKeyCommand, {
  access: onUserOrSelf,
  async handle({ UserName, AccessKeyId, Status }, context) {
    const { store, account } = context
    const name = await holderNameOf(UserName, context)
    await store.transact(async (tx) => {
      const holder = await getHolder(tx, account, name)
      await assertKeyOf(tx, holder.id, AccessKeyId, context)
      await tx.run("UPDATE iam_access_keys SET status = $1 WHERE id = $2", Status, AccessKeyId)
      await accessKeyChanged(tx, AccessKeyId)
    })
    return {}
  },
})

export const DeleteAccessKey = operation(DeleteAccessKeyCommand, {
  access: onUserOrSelf,
  async handle({ UserName, AccessKeyId }, context) {
    const { store, account } = context
    const name = await holderNameOf(UserName, context)
    await store.transact(async (tx) => {
      const holder = await getHolder(tx, account, name)
      await assertKeyOf(tx, holder.id, AccessKeyId, context)
      await tx.run("DELETE FROM iam_access_keys WHERE id = $1", AccessKeyId)
      await tx.run("DELETE FROM iam_access_key_uses WHERE id = $1", AccessKeyId)
      await accessKeyChanged(tx, AccessKeyId)
    })
    return {}
  },
})

/** A holder's ARN, and the name that users have. */
async function findHolderOf(
  tx: Reading,
  keyId: string,
  { account, defaultAccount, rootAccessKeyId }: Deps & Pick<CallContext, "account">,
): Promise<{ arn: string; UserName?: string } | undefined> {
  const root = { arn: iamArn(account, "root", "", "") }
  if (keyId === rootAccessKeyId) return account === defaultAccount ? root : undefined
  const key = await tx.get<{ user_id: string }>(
    "SELECT user_id FROM iam_access_keys WHERE id = $1 AND account = $2",
    keyId,
    account,
  )
  if (key?.user_id === account) return root
  const user = key && (await findIdentityById(tx, key.user_id))
  return user && { arn: arnOf(user), UserName: user.name }
}

/** The permission is about the user of the key, who is not in the request; the root user's has no name in the answer. */
export const GetAccessKeyLastUsed = operation(GetAccessKeyLastUsedCommand, {
  access: () => [],
  async handle({ AccessKeyId }, context) {
    const { holder, use } = await context.store.read(async (tx) => ({
      holder: await findHolderOf(tx, AccessKeyId, context),
      use: await findKeyUse(tx, AccessKeyId),
    }))
    await context.assertAllowed({ resource: holder?.arn ?? "*" })
    // What AWS tells of a key that it cannot find is that it may not be asked about. UNVERIFIED text.
    if (!holder) throw accessKeyNotFound(AccessKeyId)
    return {
      UserName: holder.UserName,
      AccessKeyLastUsed: use
        ? { LastUsedDate: new Date(use.usedAt), ServiceName: use.service, Region: use.region }
        : { LastUsedDate: undefined, ServiceName: "N/A", Region: "N/A" },
    }
  },
})
