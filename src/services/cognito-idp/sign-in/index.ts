import {
  AdminInitiateAuthCommand,
  AdminRespondToAuthChallengeCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { operation } from "../../../operation.ts"
import { onUserPool } from "../access.ts"
import { getClient, getClientAndPool } from "../app-clients/record.ts"
import { getUserPool } from "../user-pools/record.ts"
import { respond, start } from "./flows.ts"

export const InitiateAuth = operation(InitiateAuthCommand, {
  access: "public",
  async handle(input, context) {
    const { client, pool } = await getClientAndPool(context.store, input.ClientId)
    return start(input, "user", pool, client, context)
  },
})

export const AdminInitiateAuth = operation(AdminInitiateAuthCommand, {
  access: onUserPool,
  async handle(input, context) {
    const pool = await getUserPool(input.UserPoolId, context)
    return start(input, "admin", pool, await getClient(context.store, pool, input.ClientId), context)
  },
})

export const RespondToAuthChallenge = operation(RespondToAuthChallengeCommand, {
  access: "public",
  async handle(input, context) {
    const { client, pool } = await getClientAndPool(context.store, input.ClientId)
    return respond(input, pool, client, context)
  },
})

export const AdminRespondToAuthChallenge = operation(AdminRespondToAuthChallengeCommand, {
  access: onUserPool,
  async handle(input, context) {
    const pool = await getUserPool(input.UserPoolId, context)
    return respond(input, pool, await getClient(context.store, pool, input.ClientId), context)
  },
})
