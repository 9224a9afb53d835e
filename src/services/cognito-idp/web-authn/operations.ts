import {
  CompleteWebAuthnRegistrationCommand,
  DeleteWebAuthnCredentialCommand,
  ListWebAuthnCredentialsCommand,
  StartWebAuthnRegistrationCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { operation } from "../../../operation.ts"
import { listPage } from "../paging.ts"
import { getSignedInUser } from "../tokens/access-token.ts"
import { passkeyNotFound } from "./errors.ts"
import { deletePasskey, type Passkey, passkeysOf } from "./record.ts"
import { completeRegistration, startRegistration } from "./registration.ts"

export const StartWebAuthnRegistration = operation(StartWebAuthnRegistrationCommand, {
  access: "accessToken",
  async handle({ AccessToken }, context) {
    const { pool, client, user } = await getSignedInUser(context, AccessToken)
    return { CredentialCreationOptions: await startRegistration(context, pool, client, user) }
  },
})

export const CompleteWebAuthnRegistration = operation(CompleteWebAuthnRegistrationCommand, {
  access: "accessToken",
  async handle({ AccessToken, Credential }, context) {
    const { pool, client, user } = await getSignedInUser(context, AccessToken)
    await completeRegistration(context, pool, client, user, Credential)
    return {}
  },
})

const DEFAULT_COUNT = 20

export const ListWebAuthnCredentials = operation(ListWebAuthnCredentialsCommand, {
  access: "accessToken",
  async handle({ AccessToken, NextToken, MaxResults }, context) {
    const { masterKey, store } = context
    const { pool, user } = await getSignedInUser(context, AccessToken)
    const { items, next } = await listPage(
      masterKey,
      { about: `passkeys ${pool.id} ${user.sub}`, token: NextToken, limit: MaxResults ?? DEFAULT_COUNT },
      ({ id }: Passkey) => id,
      (after, count) => store.read((tx) => passkeysOf(tx, pool.id, user.sub, { after, count })),
    )
    return { Credentials: items.map(describePasskey), NextToken: next }
  },
})

const describePasskey = ({ id, name, relyingPartyId, attachment, transports, createdAt }: Passkey) => ({
  CredentialId: id,
  FriendlyCredentialName: name,
  RelyingPartyId: relyingPartyId,
  ...(attachment !== undefined && { AuthenticatorAttachment: attachment }),
  AuthenticatorTransports: transports,
  CreatedAt: new Date(createdAt),
})

export const DeleteWebAuthnCredential = operation(DeleteWebAuthnCredentialCommand, {
  access: "accessToken",
  async handle({ AccessToken, CredentialId }, context) {
    const { pool, user } = await getSignedInUser(context, AccessToken)
    const isDeleted = await context.store.transact((tx) => deletePasskey(tx, pool.id, user.sub, CredentialId))
    if (!isDeleted) throw passkeyNotFound()
    return {}
  },
})
