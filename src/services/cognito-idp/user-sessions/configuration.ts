import {
  GetUserPoolClientSessionConfigurationCommand,
  GetUserPoolSessionConfigurationCommand,
  SetUserPoolClientSessionConfigurationCommand,
  SetUserPoolSessionConfigurationCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { operation } from "../../../operation.ts"
import { onUserPool } from "../access.ts"
import { type AppClient, changeClient, getClient } from "../app-clients/record.ts"
import { sessionsNotTracked, tierLacksFeature } from "../errors.ts"
import { ssoMinutesOf } from "../hosted/session/life.ts"
import { changePool, getUserPool, type UserPool } from "../user-pools/record.ts"
import { DEFAULT_MAX_PER_USER, tracksSessions } from "./track.ts"

/** Source: SetUserPoolSessionConfiguration. */
function assertTier({ settings }: UserPool): void {
  if (settings.UserPoolTier === "LITE") throw tierLacksFeature("LITE", "Session management")
}

const describePool = (id: string, sessions: UserPool["sessions"]) => ({
  UserPoolId: id,
  UserSessionTracking: sessions?.tracking ?? ("DISABLED" as const),
  TokenSession: { MaxPerUser: sessions?.maxPerUser ?? DEFAULT_MAX_PER_USER },
})

const describeClient = (client: AppClient) => ({
  UserPoolId: client.poolId,
  ClientId: client.id,
  SSOSession: { MaxValidityMinutes: ssoMinutesOf(client) },
})

export const GetUserPoolSessionConfiguration = operation(GetUserPoolSessionConfigurationCommand, {
  access: onUserPool,
  async handle({ UserPoolId }, context) {
    const { id, sessions } = await getUserPool(UserPoolId, context)
    return describePool(id, sessions)
  },
})

export const SetUserPoolSessionConfiguration = operation(SetUserPoolSessionConfigurationCommand, {
  access: onUserPool,
  async handle({ UserPoolId, UserSessionTracking: tracking, TokenSession }, context) {
    const pool = await getUserPool(UserPoolId, context)
    assertTier(pool)
    const sessions = { tracking, maxPerUser: TokenSession.MaxPerUser! }
    await changePool(context.store, context.clock, pool.id, (body) => {
      body.sessions = sessions
    })
    return describePool(pool.id, sessions)
  },
})

export const GetUserPoolClientSessionConfiguration = operation(GetUserPoolClientSessionConfigurationCommand, {
  access: onUserPool,
  async handle({ UserPoolId, ClientId }, context) {
    const pool = await getUserPool(UserPoolId, context)
    return describeClient(await getClient(context.store, pool, ClientId))
  },
})

export const SetUserPoolClientSessionConfiguration = operation(SetUserPoolClientSessionConfigurationCommand, {
  access: onUserPool,
  async handle({ UserPoolId, ClientId, SSOSession }, context) {
    const pool = await getUserPool(UserPoolId, context)
    assertTier(pool)
    if (!tracksSessions(pool)) throw sessionsNotTracked()
    const ssoMinutes = SSOSession.MaxValidityMinutes!
    const changed = await changeClient(context.store, pool, ClientId, (client) => ({ ...client, ssoMinutes }))
    return describeClient(changed)
  },
})
