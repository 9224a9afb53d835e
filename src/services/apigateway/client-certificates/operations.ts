import {
  DeleteClientCertificateCommand,
  GenerateClientCertificateCommand,
  GetClientCertificateCommand,
  GetClientCertificatesCommand,
  type ClientCertificate as Shown,
  UpdateClientCertificateCommand,
} from "@aws-sdk/client-api-gateway"
import { seal } from "../../../base/master-key.ts"
import { operation, type Scope } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { on, toCreate } from "../access.ts"
import { certificateNotFound, limitExceeded } from "../errors.ts"
import { newShortId } from "../ids.ts"
import { ownerOf } from "../owners.ts"
import { listRecords } from "../paging.ts"
import { applyPatch, type Rule } from "../patch.ts"
import { replaceText } from "../patch-rules.ts"
import { isId } from "../rest-apis/record.ts"
import { assertTags } from "../tag-rules.ts"
import { type ClientCertificate, clientCertificates, KEY_PURPOSE } from "./record.ts"
import { certificateBetween } from "./x509.ts"

const CERTIFICATE = "/clientcertificates/{clientCertificateId}"

/** Developer Guide, "Quotas": client certificates of an account in a region. */
const MOST_CERTIFICATES = 60
/** Developer Guide, "Generate and configure an SSL certificate": it is good for 365 days. */
const GOOD_FOR_MILLISECONDS = 365 * 86_400_000

async function getCertificate(tx: Reading, scope: Scope, id: string): Promise<ClientCertificate> {
  const found = isId(id) ? await clientCertificates.read(tx, ownerOf(scope), id) : undefined
  if (!found) throw certificateNotFound()
  return found
}

const show = (clientCertificateId: string, record: ClientCertificate): Shown => ({
  clientCertificateId,
  description: record.description,
  pemEncodedCertificate: record.pemEncodedCertificate,
  createdDate: new Date(record.createdAt),
  expirationDate: new Date(record.expiresAt),
  tags: record.tags && { ...record.tags },
})

export const GenerateClientCertificate = operation(GenerateClientCertificateCommand, {
  access: toCreate("/clientcertificates"),
  async handle({ description, tags }, context) {
    const { store, clock, masterKey } = context
    assertTags(tags)
    const now = clock.now()
    const expiresAt = now + GOOD_FOR_MILLISECONDS
    const { pem, privateKey } = await certificateBetween(now, expiresAt)
    const record: ClientCertificate = {
      description,
      pemEncodedCertificate: pem,
      sealedKey: seal(masterKey, KEY_PURPOSE, privateKey).toString("base64"),
      tags: tags && Object.keys(tags).length > 0 ? tags : undefined,
      createdAt: now,
      expiresAt,
    }
    const id = newShortId()
    await store.transact(async (tx) => {
      if ((await clientCertificates.count(tx, ownerOf(context))) >= MOST_CERTIFICATES)
        throw limitExceeded("client certificates", "account")
      await clientCertificates.put(tx, ownerOf(context), id, record)
    })
    return show(id, record)
  },
})

export const GetClientCertificate = operation(GetClientCertificateCommand, {
  access: on("GET", CERTIFICATE),
  handle: ({ clientCertificateId: id }, context) =>
    context.store.read(async (tx) => show(id, await getCertificate(tx, context, id))),
})

export const GetClientCertificates = operation(GetClientCertificatesCommand, {
  access: on("GET", "/clientcertificates"),
  handle: (asked, context) =>
    context.store.read(async (tx) => {
      const owner = ownerOf(context)
      const { items, ...next } = await listRecords(tx, context.masterKey, clientCertificates, owner, asked)
      return { items: items.map(({ id, record }) => show(id, record)), ...next }
    }),
})

/** API Reference, "Patch operations", UpdateClientCertificate. */
const RULES: readonly Rule<ClientCertificate>[] = [replaceText("/description", "description")]

export const UpdateClientCertificate = operation(UpdateClientCertificateCommand, {
  access: on("PATCH", CERTIFICATE),
  async handle({ clientCertificateId: id, patchOperations }, context) {
    return context.store.transact(async (tx) => {
      const before = await getCertificate(tx, context, id)
      const record = applyPatch<ClientCertificate>(before, patchOperations, RULES, "listed")
      await clientCertificates.put(tx, ownerOf(context), id, record)
      return show(id, record)
    })
  },
})

/** UNVERIFIED: that one which a stage names may go. */
export const DeleteClientCertificate = operation(DeleteClientCertificateCommand, {
  access: on("DELETE", CERTIFICATE),
  async handle({ clientCertificateId: id }, context) {
    await context.store.transact(async (tx) => {
      await getCertificate(tx, context, id)
      await clientCertificates.remove(tx, ownerOf(context), id)
    })
    return {}
  },
})
