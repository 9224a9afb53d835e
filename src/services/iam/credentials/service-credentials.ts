import { randomBytes } from "node:crypto"
import {
  CreateServiceSpecificCredentialCommand,
  DeleteServiceSpecificCredentialCommand,
  ListServiceSpecificCredentialsCommand,
  ResetServiceSpecificCredentialCommand,
  type ServiceSpecificCredentialMetadata,
  UpdateServiceSpecificCredentialCommand,
} from "@aws-sdk/client-iam"
import type { Scope } from "../../../operation.ts"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { onAccount, onUser, onUserOrSelf } from "../access.ts"
import { overQuota, serviceCredentialNotFound, serviceHasNoCredentials } from "../errors.ts"
import { findIdentityById, getIdentity } from "../identities/record.ts"
import { listPage, listPageOf, pageMembers } from "../paging.ts"
import { SERVICE_CREDENTIALS_QUOTA } from "../quotas.ts"
import { userNameOf } from "../self.ts"
import { issueUniqueId } from "../unique-ids.ts"
import {
  type Credential,
  deleteCredential,
  findCredential,
  listCredentials,
  listCredentialsOfAccount,
  putCredential,
} from "./record.ts"

interface ServiceBody {
  service: string
  /** `alice-at-111122223333`, which is unlike a user's other names. */
  serviceUserName: string
  expiresAt?: number
}

type ServiceCredential = Credential<ServiceBody>

/** Which services have such credentials (API Reference, `CreateServiceSpecificCredential`), and whether they are API keys
 * rather than a name and a password. */
const SERVICES: ReadonlyMap<string, { hasKeys: boolean }> = new Map([
  ["bedrock.amazonaws.com", { hasKeys: true }],
  ["cassandra.amazonaws.com", { hasKeys: false }],
  ["codecommit.amazonaws.com", { hasKeys: false }],
])

const DAY = 24 * 60 * 60 * 1000

const metadataOf = (UserName: string, { id, status, createdAt, body }: ServiceCredential) => {
  const { service, serviceUserName, expiresAt } = body
  return {
    UserName,
    Status: status,
    ...(SERVICES.get(service)?.hasKeys
      ? { ServiceCredentialAlias: serviceUserName }
      : { ServiceUserName: serviceUserName }),
    CreateDate: new Date(createdAt),
    ...(expiresAt !== undefined && { ExpirationDate: new Date(expiresAt) }),
    ServiceSpecificCredentialId: id,
    ServiceName: service,
  }
}

/** The secret is told once and kept nowhere: nothing here is signed in to with it. */
function withSecret(UserName: string, credential: ServiceCredential) {
  const secret = randomBytes(33).toString("base64")
  const hasKeys = SERVICES.get(credential.body.service)?.hasKeys
  return {
    ...metadataOf(UserName, credential),
    ...(hasKeys ? { ServiceCredentialSecret: secret } : { ServicePassword: secret }),
  }
}

async function getCredential(tx: Reading, holderId: string, id: string): Promise<ServiceCredential> {
  const credential = await findCredential<ServiceBody>(tx, "service", holderId, id)
  if (!credential) throw serviceCredentialNotFound(id)
  return credential
}

interface Creation {
  UserName: string
  ServiceName: string
  CredentialAgeDays?: number
}

const creating = ({ UserName, ServiceName, CredentialAgeDays }: Creation, scope: Scope) => ({
  ...onUser({ UserName }, scope),
  context: {
    "iam:ServiceSpecificCredentialServiceName": ServiceName,
    ...(CredentialAgeDays !== undefined && { "iam:ServiceSpecificCredentialAgeDays": String(CredentialAgeDays) }),
  },
})

export const CreateServiceSpecificCredential = operation(CreateServiceSpecificCredentialCommand, {
  access: creating,
  async handle({ UserName, ServiceName, CredentialAgeDays }, { store, clock, account }) {
    const service = SERVICES.get(ServiceName)
    if (!service) throw serviceHasNoCredentials()
    const id = issueUniqueId("ACCA")
    const createdAt = clock.now()
    return store.transact(async (tx) => {
      const user = await getIdentity(tx, account, "user", UserName)
      const all = await listCredentials<ServiceBody>(tx, "service", user.id)
      const others = all.filter(({ body }) => body.service === ServiceName).map(({ body }) => body.serviceUserName)
      if (others.length >= SERVICE_CREDENTIALS_QUOTA)
        throw overQuota("ServiceSpecificCredentialsPerUser", SERVICE_CREDENTIALS_QUOTA)
      // CodeCommit User Guide, "Git credentials": the second one is told apart by a number.
      const first = `${user.name}-at-${account}`
      const credential: ServiceCredential = {
        id,
        account,
        holderId: user.id,
        status: "Active",
        createdAt,
        body: {
          service: ServiceName,
          serviceUserName: others.includes(first) ? `${user.name}+1-at-${account}` : first,
          ...(CredentialAgeDays !== undefined && { expiresAt: createdAt + CredentialAgeDays * DAY }),
        },
      }
      await putCredential(tx, "service", credential)
      return { ServiceSpecificCredential: withSecret(user.name, credential) }
    })
  },
})

export const ListServiceSpecificCredentials = operation(ListServiceSpecificCredentialsCommand, {
  access: ({ UserName, AllUsers }, scope) =>
    AllUsers ? onAccount() : onUserOrSelf(UserName === undefined ? {} : { UserName }, scope),
  async handle({ UserName, ServiceName, AllUsers, ...paging }, context) {
    const { store, account } = context
    const isWanted = ({ body }: ServiceCredential) => ServiceName === undefined || body.service === ServiceName
    if (AllUsers)
      return store.read(async (tx) => {
        const page = await listPage(
          context,
          paging,
          "service credentials",
          (after, limit) => listCredentialsOfAccount<ServiceBody>(tx, "service", { account, after, limit }),
          ({ id }) => id,
        )
        const ServiceSpecificCredentials: ServiceSpecificCredentialMetadata[] = []
        for (const credential of page.items.filter(isWanted)) {
          const user = await findIdentityById(tx, credential.holderId)
          ServiceSpecificCredentials.push(metadataOf(user!.name, credential))
        }
        return { ServiceSpecificCredentials, ...pageMembers(page) }
      })
    const name = await userNameOf(UserName, context)
    return store.read(async (tx) => {
      const user = await getIdentity(tx, account, "user", name)
      const all = (await listCredentials<ServiceBody>(tx, "service", user.id)).filter(isWanted)
      const list = `service credentials of ${user.id} ${ServiceName}`
      const page = await listPageOf(context, paging, list, all, ({ id }) => id)
      return {
        ServiceSpecificCredentials: page.items.map((one) => metadataOf(user.name, one)),
        ...pageMembers(page),
      }
    })
  },
})

export const ResetServiceSpecificCredential = operation(ResetServiceSpecificCredentialCommand, {
  access: onUserOrSelf,
  async handle({ UserName, ServiceSpecificCredentialId }, context) {
    const name = await userNameOf(UserName, context)
    return context.store.read(async (tx) => {
      const user = await getIdentity(tx, context.account, "user", name)
      const credential = await getCredential(tx, user.id, ServiceSpecificCredentialId)
      return { ServiceSpecificCredential: withSecret(user.name, credential) }
    })
  },
})

export const UpdateServiceSpecificCredential = operation(UpdateServiceSpecificCredentialCommand, {
  access: onUserOrSelf,
  async handle({ UserName, ServiceSpecificCredentialId, Status }, context) {
    const name = await userNameOf(UserName, context)
    await context.store.transact(async (tx) => {
      const user = await getIdentity(tx, context.account, "user", name)
      const credential = await getCredential(tx, user.id, ServiceSpecificCredentialId)
      await putCredential(tx, "service", { ...credential, status: Status })
    })
    return {}
  },
})

export const DeleteServiceSpecificCredential = operation(DeleteServiceSpecificCredentialCommand, {
  access: onUserOrSelf,
  async handle({ UserName, ServiceSpecificCredentialId }, context) {
    const name = await userNameOf(UserName, context)
    await context.store.transact(async (tx) => {
      const user = await getIdentity(tx, context.account, "user", name)
      if ((await deleteCredential(tx, "service", user.id, ServiceSpecificCredentialId)) === 0)
        throw serviceCredentialNotFound(ServiceSpecificCredentialId)
    })
    return {}
  },
})
