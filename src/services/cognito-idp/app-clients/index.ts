import {
  type AnalyticsConfigurationType,
  CreateUserPoolClientCommand,
  DeleteUserPoolClientCommand,
  DescribeUserPoolClientCommand,
  ListUserPoolClientsCommand,
  UpdateUserPoolClientCommand,
  type UserPoolClientType,
} from "@aws-sdk/client-cognito-identity-provider"
import type { MasterKey } from "../../../base/master-key.ts"
import { DIGITS, LOWER, randomText } from "../../../base/random.ts"
import { operation, type Scope } from "../../../operation.ts"
import { onUserPool, onUserPoolPassing } from "../access.ts"
import { deleteClassicStyle } from "../branding/classic/record.ts"
import { deleteBranding } from "../branding/record.ts"
import { invalidParameter } from "../errors.ts"
import { listPage } from "../paging.ts"
import { getUserPool } from "../user-pools/record.ts"
import { type AppClient, changeClient, deleteClient, getClient, listClients, putClient } from "./record.ts"
import { assertReferences } from "./references.ts"
import { createSecret, findSecret, newSecretText } from "./secrets.ts"
import { createClientSettings } from "./settings.ts"

const ID_LENGTH = 26
const LIST_LIMIT = 60

const describeClient = (client: AppClient, masterKey: MasterKey): UserPoolClientType => {
  const secret = findSecret(masterKey, client)
  return {
    UserPoolId: client.poolId,
    ClientName: client.name,
    ClientId: client.id,
    ...(secret !== undefined && { ClientSecret: secret }),
    LastModifiedDate: new Date(client.modifiedAt),
    CreationDate: new Date(client.createdAt),
    ...client.settings,
  }
}

/** Analytics are sent by a role: who names it must be allowed to pass it. */
const onPoolPassingRole = (
  input: { UserPoolId: string; AnalyticsConfiguration?: AnalyticsConfigurationType | undefined },
  scope: Scope,
) => onUserPoolPassing(input, input.AnalyticsConfiguration?.RoleArn, scope)

export const CreateUserPoolClient = operation(CreateUserPoolClientCommand, {
  access: onPoolPassingRole,
  async handle({ UserPoolId, ClientName, GenerateSecret, ClientSecret, ...input }, context) {
    const { store, clock, masterKey } = context
    const pool = await getUserPool(UserPoolId, context)
    if (GenerateSecret && ClientSecret !== undefined)
      throw invalidParameter("You cannot specify both GenerateSecret and ClientSecret.") // UNVERIFIED text
    const secret = GenerateSecret ? newSecretText() : ClientSecret
    const now = clock.now()
    const id = randomText(LOWER + DIGITS, ID_LENGTH)
    const client: AppClient = {
      id,
      poolId: pool.id,
      name: ClientName,
      createdAt: now,
      modifiedAt: now,
      secrets: secret === undefined ? [] : [createSecret(masterKey, id, secret, now)],
      settings: createClientSettings(pool, { UserPoolId, ...input }),
    }
    await store.transact(async (tx) => {
      await assertReferences(tx, client)
      await putClient(tx, client)
    })
    return { UserPoolClient: describeClient(client, masterKey) }
  },
})

export const DescribeUserPoolClient = operation(DescribeUserPoolClientCommand, {
  access: onUserPool,
  async handle({ UserPoolId, ClientId }, context) {
    const pool = await getUserPool(UserPoolId, context)
    return { UserPoolClient: describeClient(await getClient(context.store, pool, ClientId), context.masterKey) }
  },
})

export const UpdateUserPoolClient = operation(UpdateUserPoolClientCommand, {
  access: onPoolPassingRole,
  async handle({ UserPoolId, ClientId, ClientName, ...input }, context) {
    const { store, clock, masterKey } = context
    const pool = await getUserPool(UserPoolId, context)
    await getClient(store, pool, ClientId)
    const settings = createClientSettings(pool, { UserPoolId, ...input })
    const modifiedAt = clock.now()
    const client = await changeClient(store, pool, ClientId, async (current, tx) => {
      const changed = { ...current, name: ClientName ?? current.name, modifiedAt, settings }
      await assertReferences(tx, changed)
      return changed
    })
    return { UserPoolClient: describeClient(client, masterKey) }
  },
})

export const DeleteUserPoolClient = operation(DeleteUserPoolClientCommand, {
  access: onUserPool,
  async handle({ UserPoolId, ClientId }, context) {
    const pool = await getUserPool(UserPoolId, context)
    const client = await getClient(context.store, pool, ClientId)
    await context.store.transact(async (tx) => {
      await deleteBranding(tx, context.bytes, pool.id, client.id)
      await deleteClassicStyle(tx, context.bytes, pool.id, client.id)
      await deleteClient(tx, client)
    })
    return {}
  },
})

export const ListUserPoolClients = operation(ListUserPoolClientsCommand, {
  access: onUserPool,
  async handle({ UserPoolId, MaxResults, NextToken }, context) {
    const pool = await getUserPool(UserPoolId, context)
    const { items, next } = await listPage(
      context.masterKey,
      { about: `clients ${pool.id}`, token: NextToken, limit: MaxResults ?? LIST_LIMIT },
      (client: AppClient) => client.id,
      (after, count) => context.store.read((tx) => listClients(tx, pool.id, after, count)),
    )
    return {
      UserPoolClients: items.map(({ id, poolId, name }) => ({ ClientId: id, UserPoolId: poolId, ClientName: name })),
      NextToken: next,
    }
  },
})
