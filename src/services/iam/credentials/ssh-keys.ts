import {
  DeleteSSHPublicKeyCommand,
  GetSSHPublicKeyCommand,
  ListSSHPublicKeysCommand,
  UpdateSSHPublicKeyCommand,
  UploadSSHPublicKeyCommand,
} from "@aws-sdk/client-iam"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { onUser, onUserOrSelf } from "../access.ts"
import { duplicateSshKey, invalidSshKey, overQuota, sshKeyNotFound, unrecognizedSshKeyEncoding } from "../errors.ts"
import { getIdentity } from "../identities/record.ts"
import { listPageOf, pageMembers } from "../paging.ts"
import { SSH_KEYS_QUOTA } from "../quotas.ts"
import { userNameOf } from "../self.ts"
import { issueUniqueId } from "../unique-ids.ts"
import { type Credential, deleteCredential, findCredential, listCredentials, putCredential } from "./record.ts"
import { fingerprintOf, formatSshKey, parseSshKey, type SshKey } from "./ssh-key-text.ts"

interface KeyBody {
  /** As it was uploaded. */
  text: string
  fingerprint: string
}

type StoredKey = Credential<KeyBody>

const wireOf = (UserName: string, { id, status, createdAt }: StoredKey) => ({
  UserName,
  SSHPublicKeyId: id,
  Status: status,
  UploadDate: new Date(createdAt),
})

async function getKey(tx: Reading, holderId: string, id: string): Promise<StoredKey> {
  const key = await findCredential<KeyBody>(tx, "ssh-key", holderId, id)
  if (!key) throw sshKeyNotFound(id)
  return key
}

export const UploadSSHPublicKey = operation(UploadSSHPublicKeyCommand, {
  access: onUser,
  async handle({ UserName, SSHPublicKeyBody }, { store, clock, account }) {
    const parsed = parseSshKey(SSHPublicKeyBody)
    if (parsed === "encoding") throw unrecognizedSshKeyEncoding()
    if (parsed === "key") throw invalidSshKey()
    const body = { text: SSHPublicKeyBody, fingerprint: fingerprintOf(parsed) }
    const made = { id: issueUniqueId("APKA"), account, status: "Active", createdAt: clock.now(), body } as const
    return store.transact(async (tx) => {
      const user = await getIdentity(tx, account, "user", UserName)
      const others = await listCredentials<KeyBody>(tx, "ssh-key", user.id)
      if (others.some(({ body: { fingerprint } }) => fingerprint === body.fingerprint)) throw duplicateSshKey()
      if (others.length >= SSH_KEYS_QUOTA) throw overQuota("SSHPublicKeysPerUser", SSH_KEYS_QUOTA)
      const key = { ...made, holderId: user.id }
      await putCredential(tx, "ssh-key", key)
      const { fingerprint: Fingerprint } = body
      return { SSHPublicKey: { ...wireOf(user.name, key), Fingerprint, SSHPublicKeyBody } }
    })
  },
})

export const GetSSHPublicKey = operation(GetSSHPublicKeyCommand, {
  access: onUser,
  handle: ({ UserName, SSHPublicKeyId, Encoding }, { store, account }) =>
    store.read(async (tx) => {
      const user = await getIdentity(tx, account, "user", UserName)
      const key = await getKey(tx, user.id, SSHPublicKeyId)
      const { text, fingerprint: Fingerprint } = key.body
      const SSHPublicKeyBody = formatSshKey(parseSshKey(text) as SshKey, Encoding)
      return { SSHPublicKey: { ...wireOf(user.name, key), Fingerprint, SSHPublicKeyBody } }
    }),
})

export const ListSSHPublicKeys = operation(ListSSHPublicKeysCommand, {
  access: onUserOrSelf,
  async handle({ UserName, ...paging }, context) {
    const name = await userNameOf(UserName, context)
    return context.store.read(async (tx) => {
      const user = await getIdentity(tx, context.account, "user", name)
      const keys = await listCredentials<KeyBody>(tx, "ssh-key", user.id)
      const page = await listPageOf(context, paging, `ssh keys of ${user.id}`, keys, ({ id }) => id)
      return { SSHPublicKeys: page.items.map((key) => wireOf(user.name, key)), ...pageMembers(page) }
    })
  },
})

export const UpdateSSHPublicKey = operation(UpdateSSHPublicKeyCommand, {
  access: onUser,
  async handle({ UserName, SSHPublicKeyId, Status }, { store, account }) {
    await store.transact(async (tx) => {
      const user = await getIdentity(tx, account, "user", UserName)
      await putCredential(tx, "ssh-key", { ...(await getKey(tx, user.id, SSHPublicKeyId)), status: Status })
    })
    return {}
  },
})

export const DeleteSSHPublicKey = operation(DeleteSSHPublicKeyCommand, {
  access: onUser,
  async handle({ UserName, SSHPublicKeyId }, { store, account }) {
    await store.transact(async (tx) => {
      const user = await getIdentity(tx, account, "user", UserName)
      if ((await deleteCredential(tx, "ssh-key", user.id, SSHPublicKeyId)) === 0) throw sshKeyNotFound(SSHPublicKeyId)
    })
    return {}
  },
})
