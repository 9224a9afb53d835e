import { X509Certificate } from "node:crypto"
import {
  DeleteSigningCertificateCommand,
  ListSigningCertificatesCommand,
  type SigningCertificate,
  UpdateSigningCertificateCommand,
  UploadSigningCertificateCommand,
} from "@aws-sdk/client-iam"
import { DIGITS, randomText, UPPER } from "../../../base/random.ts"
import { operation } from "../../../operation.ts"
import { onUserOrSelf } from "../access.ts"
import { certificateNotFound, duplicateCertificate, malformedCertificate, overQuota } from "../errors.ts"
import { listPageOf, pageMembers } from "../paging.ts"
import { quotas } from "../quotas.ts"
import { getHolder, type Holder, holderNameOf } from "../self.ts"
import { type Credential, deleteCredential, findCredential, listCredentials, putCredential } from "./record.ts"

interface CertificateBody {
  /** PEM. */
  text: string
  fingerprint: string
}

const wireOf = ({ UserName }: Holder, { id, status, createdAt, body }: Credential<CertificateBody>) =>
  ({
    UserName,
    CertificateId: id,
    CertificateBody: body.text,
    Status: status,
    UploadDate: new Date(createdAt),
  }) as SigningCertificate

function fingerprintOf(text: string): string {
  try {
    return new X509Certificate(text).fingerprint256
  } catch {
    throw malformedCertificate()
  }
}

export const UploadSigningCertificate = operation(UploadSigningCertificateCommand, {
  access: onUserOrSelf,
  async handle({ UserName, CertificateBody }, context) {
    const { store, clock, account } = context
    const name = await holderNameOf(UserName, context)
    const body = { text: CertificateBody, fingerprint: fingerprintOf(CertificateBody) }
    const made = {
      id: randomText(UPPER + DIGITS, 32),
      account,
      status: "Active",
      createdAt: clock.now(),
      body,
    } as const
    return store.transact(async (tx) => {
      const holder = await getHolder(tx, account, name)
      const others = await listCredentials<CertificateBody>(tx, "certificate", holder.id)
      if (others.some((other) => other.body.fingerprint === body.fingerprint)) throw duplicateCertificate()
      if (others.length >= quotas.SigningCertificatesPerUserQuota)
        throw overQuota("SigningCertificatesPerUser", quotas.SigningCertificatesPerUserQuota)
      const certificate = { ...made, holderId: holder.id }
      await putCredential(tx, "certificate", certificate)
      return { Certificate: wireOf(holder, certificate) }
    })
  },
})

export const ListSigningCertificates = operation(ListSigningCertificatesCommand, {
  access: onUserOrSelf,
  async handle({ UserName, ...paging }, context) {
    const name = await holderNameOf(UserName, context)
    return context.store.read(async (tx) => {
      const holder = await getHolder(tx, context.account, name)
      const all = await listCredentials<CertificateBody>(tx, "certificate", holder.id)
      const page = await listPageOf(context, paging, `certificates of ${holder.id}`, all, ({ id }) => id)
      return { Certificates: page.items.map((one) => wireOf(holder, one)), ...pageMembers(page) }
    })
  },
})

export const UpdateSigningCertificate = operation(UpdateSigningCertificateCommand, {
  access: onUserOrSelf,
  async handle({ UserName, CertificateId, Status }, context) {
    const name = await holderNameOf(UserName, context)
    await context.store.transact(async (tx) => {
      const holder = await getHolder(tx, context.account, name)
      const found = await findCredential<CertificateBody>(tx, "certificate", holder.id, CertificateId)
      if (!found) throw certificateNotFound(CertificateId)
      await putCredential(tx, "certificate", { ...found, status: Status })
    })
    return {}
  },
})

export const DeleteSigningCertificate = operation(DeleteSigningCertificateCommand, {
  access: onUserOrSelf,
  async handle({ UserName, CertificateId }, context) {
    const name = await holderNameOf(UserName, context)
    await context.store.transact(async (tx) => {
      const holder = await getHolder(tx, context.account, name)
      if ((await deleteCredential(tx, "certificate", holder.id, CertificateId)) === 0)
        throw certificateNotFound(CertificateId)
    })
    return {}
  },
})
