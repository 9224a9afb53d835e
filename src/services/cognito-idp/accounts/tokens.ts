import {
  GetTokensFromRefreshTokenCommand,
  GlobalSignOutCommand,
  RevokeTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { operation } from "../../../operation.ts"
import { getClientAndPool } from "../app-clients/record.ts"
import { revocationNotEnabled, tokenOfAnotherClient, unsupportedTokenType } from "../errors.ts"
import { getRefreshToken, isRotating, renew, rotate } from "../sign-in/refresh.ts"
import { assertClientSecret } from "../sign-in/secret-hash.ts"
import { getSignedInUser } from "../tokens/access-token.ts"
import { parseJwt } from "../tokens/jwt.ts"
import { findRefreshToken, hashToken, revokeAllOf, revokeSignIn } from "../tokens/refresh-tokens.ts"

export const GlobalSignOut = operation(GlobalSignOutCommand, {
  access: "accessToken",
  async handle({ AccessToken }, context) {
    const { pool, user } = await getSignedInUser(context, AccessToken)
    await context.store.transact((tx) => revokeAllOf(tx, pool.id, user.sub))
    return {}
  },
})

/** Revokes a refresh token with all access tokens of its sign-in. A token that is not there is as good as revoked. */
export const RevokeToken = operation(RevokeTokenCommand, {
  access: "public",
  async handle({ Token, ClientId, ClientSecret }, context) {
    const { store, masterKey } = context
    const { client, pool } = await getClientAndPool(store, ClientId)
    assertClientSecret(masterKey, client, ClientSecret, "UnauthorizedException")
    if (client.settings.EnableTokenRevocation === false) throw revocationNotEnabled()
    if (parseJwt(Token)) throw unsupportedTokenType()
    await store.transact(async (tx) => {
      const token = await findRefreshToken(tx, pool.id, hashToken(Token))
      if (!token) return
      if (token.clientId !== client.id) throw tokenOfAnotherClient()
      await revokeSignIn(tx, pool.id, token.signIn.eventId)
    })
    return {}
  },
})

export const GetTokensFromRefreshToken = operation(GetTokensFromRefreshTokenCommand, {
  access: "public",
  async handle({ RefreshToken, ClientId, ClientSecret, DeviceKey, ClientMetadata }, context) {
    const { client, pool } = await getClientAndPool(context.store, ClientId)
    assertClientSecret(context.masterKey, client, ClientSecret, "NotAuthorizedException")
    const found = await getRefreshToken(context, pool, client, RefreshToken, DeviceKey)
    const occasion = { deps: context, pool, clientId: client.id, clientMetadata: ClientMetadata }
    const tokens = await renew(context, occasion, client, found)
    if (!isRotating(client)) return { AuthenticationResult: tokens }
    return { AuthenticationResult: { ...tokens, RefreshToken: await rotate(context, pool, client, found.token) } }
  },
})
