import { randomBytes } from "node:crypto"
import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  ListAccessKeysCommand,
  type StatusType,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam"
import { newAccessKeyId } from "../../authentication/access-key-id.ts"
import { operation } from "../../operation.ts"
import type { Reading } from "../../store/store.ts"
import { onUserOrSelf } from "./access.ts"
import { accessKeyChanged, sealSecret } from "./access-key-record.ts"
import { iamArn } from "./arns.ts"
import { accessKeyNotFound, overQuota } from "./errors.ts"
import { findIdentityById, getIdentity } from "./identities/record.ts"
import { listPageOf, pageMembers } from "./paging.ts"
import { quotas } from "./quotas.ts"
import { userNameOf } from "./self.ts"
import { findKeyUse } from "./uses.ts"

interface KeyRow {
  id: string
  status: StatusType
  created_at: number | bigint
}

const listKeys = (tx: Reading, userId: string): Promise<KeyRow[]> =>
  tx.all<KeyRow>("SELECT id, status, created_at FROM iam_access_keys WHERE user_id = $1 ORDER BY id", userId)

async function assertKeyOf(tx: Reading, userId: string, id: string): Promise<void> {
  const row = await tx.get("SELECT id FROM iam_access_keys WHERE id = $1 AND user_id = $2", id, userId)
  if (!row) throw accessKeyNotFound(id)
}

export const CreateAccessKey = operation(CreateAccessKeyCommand, {
  access: onUserOrSelf,
  async handle({ UserName }, context) {
    const { store, clock, masterKey, account } = context
    const name = await userNameOf(UserName, context)
    const AccessKeyId = newAccessKeyId("AKIA", account)
    // 30 bytes are 40 characters of base64, AWS's own length and alphabet.
    const SecretAccessKey = randomBytes(30).toString("base64")
    const secret = sealSecret(masterKey, SecretAccessKey)
    const createdAt = clock.now()
    await store.transact(async (tx) => {
      const user = await getIdentity(tx, account, "user", name)
      if ((await listKeys(tx, user.id)).length >= quotas.AccessKeysPerUserQuota)
        throw overQuota("AccessKeysPerUser", quotas.AccessKeysPerUserQuota)
      await tx.run(
        `INSERT INTO iam_access_keys (id, account, user_id, status, created_at, secret)
         VALUES ($1, $2, $3, 'Active', $4, $5)`,
        AccessKeyId,
        account,
        user.id,
        createdAt,
        secret,
      )
      await accessKeyChanged(tx, AccessKeyId)
    })
    return {
      AccessKey: {
        UserName: name,
        AccessKeyId,
        Status: "Active" as const,
        SecretAccessKey,
        CreateDate: new Date(createdAt),
      },
    }
  },
})

export const ListAccessKeys = operation(ListAccessKeysCommand, {
  access: onUserOrSelf,
  async handle({ UserName, ...paging }, context) {
    const { store, account } = context
    const name = await userNameOf(UserName, context)
    return store.read(async (tx) => {
      const user = await getIdentity(tx, account, "user", name)
      const keys = await listKeys(tx, user.id)
      const page = await listPageOf(context, paging, `keys of ${user.id}`, keys, ({ id }) => id)
      return {
        AccessKeyMetadata: page.items.map(({ id, status, created_at }) => ({
          UserName: name,
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
    const name = await userNameOf(UserName, context)
    await store.transact(async (tx) => {
      const user = await getIdentity(tx, account, "user", name)
      await assertKeyOf(tx, user.id, AccessKeyId)
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
    const name = await userNameOf(UserName, context)
    await store.transact(async (tx) => {
      const user = await getIdentity(tx, account, "user", name)
      await assertKeyOf(tx, user.id, AccessKeyId)
      await tx.run("DELETE FROM iam_access_keys WHERE id = $1", AccessKeyId)
      await tx.run("DELETE FROM iam_access_key_uses WHERE id = $1", AccessKeyId)
      await accessKeyChanged(tx, AccessKeyId)
    })
    return {}
  },
})

/** The permission is about the user of the key, who is not in the request. */
export const GetAccessKeyLastUsed = operation(GetAccessKeyLastUsedCommand, {
  access: () => [],
  async handle({ AccessKeyId }, { store, account, assertAllowed }) {
    const { user, use } = await store.read(async (tx) => {
      const key = await tx.get<{ user_id: string }>(
        "SELECT user_id FROM iam_access_keys WHERE id = $1 AND account = $2",
        AccessKeyId,
        account,
      )
      return {
        user: key && (await findIdentityById(tx, key.user_id)),
        use: await findKeyUse(tx, AccessKeyId),
      }
    })
    await assertAllowed({ resource: user ? iamArn(account, "user", user.path, user.name) : "*" })
    // What AWS tells of a key that it cannot find is that it may not be asked about. UNVERIFIED text.
    if (!user) throw accessKeyNotFound(AccessKeyId)
    return {
      UserName: user.name,
      AccessKeyLastUsed: use
        ? { LastUsedDate: new Date(use.usedAt), ServiceName: use.service, Region: use.region }
        : { LastUsedDate: undefined, ServiceName: "N/A", Region: "N/A" },
    }
  },
})
