import {
  AddUserPoolClientSecretCommand,
  DeleteUserPoolClientSecretCommand,
  ListUserPoolClientSecretsCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { operation } from "../../../operation.ts"
import { onUserPool } from "../access.ts"
import { clientSecretNotFound, invalidParameter, lastClientSecret, tooManyClientSecrets } from "../errors.ts"
import { getUserPool } from "../user-pools/record.ts"
import { type ClientSecret, changeClient, getClient } from "./record.ts"
import { createSecret, newSecretText } from "./secrets.ts"

/** Source: AddUserPoolClientSecret: two, so that one takes the place of the other without a pause. */
const SECRETS_AT_MOST = 2

const describeSecret = ({ id, createdAt }: ClientSecret) => ({
  ClientSecretId: id,
  ClientSecretCreateDate: new Date(createdAt),
})

/** The value is told of one that is made here, and never again. Source: ClientSecretDescriptorType. */
export const AddUserPoolClientSecret = operation(AddUserPoolClientSecretCommand, {
  access: onUserPool,
  async handle({ UserPoolId, ClientId, ClientSecret: given }, context) {
    const { store, clock, masterKey } = context
    const pool = await getUserPool(UserPoolId, context)
    const text = given ?? newSecretText()
    const now = clock.now()
    const client = await changeClient(store, pool, ClientId, (current) => {
      if (current.secrets.length === 0) throw invalidParameter("The client has no secret: it is public, and stays so.") // UNVERIFIED text
      if (current.secrets.length >= SECRETS_AT_MOST) throw tooManyClientSecrets()
      // Two of one millisecond would have one name.
      const createdAt = Math.max(now, ...current.secrets.map((secret) => secret.createdAt + 1))
      return { ...current, secrets: [...current.secrets, createSecret(masterKey, current.id, text, createdAt)] }
    })
    const created = describeSecret(client.secrets.at(-1)!)
    return { ClientSecretDescriptor: { ...created, ...(given === undefined && { ClientSecretValue: text }) } }
  },
})

export const DeleteUserPoolClientSecret = operation(DeleteUserPoolClientSecretCommand, {
  access: onUserPool,
  async handle({ UserPoolId, ClientId, ClientSecretId }, context) {
    const pool = await getUserPool(UserPoolId, context)
    await changeClient(context.store, pool, ClientId, (current) => {
      const secrets = current.secrets.filter(({ id }) => id !== ClientSecretId)
      if (secrets.length === current.secrets.length) throw clientSecretNotFound(ClientSecretId)
      if (secrets.length === 0) throw lastClientSecret()
      return { ...current, secrets }
    })
    return {}
  },
})

/** Both at once, without their values. Source: ListUserPoolClientSecrets. */
export const ListUserPoolClientSecrets = operation(ListUserPoolClientSecretsCommand, {
  access: onUserPool,
  async handle({ UserPoolId, ClientId }, context) {
    const pool = await getUserPool(UserPoolId, context)
    const { secrets } = await getClient(context.store, pool, ClientId)
    return { ClientSecrets: secrets.map(describeSecret) }
  },
})
