import {
  CreateAuthorizerCommand,
  DeleteAuthorizerCommand,
  GetAuthorizerCommand,
  GetAuthorizersCommand,
  type Authorizer as Shown,
  UpdateAuthorizerCommand,
} from "@aws-sdk/client-api-gateway"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { on, passRole } from "../access.ts"
import { authorizerNotFound, conflict, limitExceeded } from "../errors.ts"
import { newShortId } from "../ids.ts"
import { listRecords } from "../paging.ts"
import { applyPatch } from "../patch.ts"
import { patchedKeys } from "../request-keys.ts"
import { resources } from "../resources/record.ts"
import { getRestApi } from "../rest-apis/get.ts"
import { isId } from "../rest-apis/record.ts"
import type { Authorizer } from "../snapshot.ts"
import { assertAuthorizer, assertPools, USUAL_SECONDS, USUAL_SOURCE } from "./check.ts"
import { authorizers } from "./record.ts"
import { AUTHORIZER_RULES } from "./rules.ts"

const AUTHORIZERS = "/restapis/{restApiId}/authorizers"
const AUTHORIZER = `${AUTHORIZERS}/{authorizerId}`

/** Developer Guide, "Quotas for configuring and running a REST API". */
const MOST_AUTHORIZERS = 10

export async function getAuthorizer(tx: Reading, restApiId: string, id: string): Promise<Authorizer> {
  const found = isId(id) ? await authorizers.read(tx, restApiId, id) : undefined
  if (!found) throw authorizerNotFound()
  return found
}

const show = (authorizer: Authorizer): Shown => authorizer as Shown

/** Throws where another authorizer of the API has the name: the text is quoted by many who met it. */
async function assertOwnName(tx: Reading, restApiId: string, { id, name }: Authorizer): Promise<void> {
  const all = await authorizers.all(tx, restApiId)
  if (all.some(({ record }) => record.name === name && record.id !== id))
    throw conflict(`Authorizer name must be unique. Authorizer ${name} already exists in this RestApi.`)
}

export const CreateAuthorizer = operation(CreateAuthorizerCommand, {
  access: (input, scope) => [
    on<typeof input>("POST", AUTHORIZERS, ({ type, authorizerUri, providerARNs }) => ({
      "apigateway:Request/AuthorizerType": [type],
      "apigateway:Request/AuthorizerUri": authorizerUri && [authorizerUri],
      "apigateway:Request/CognitoUserPoolArn": providerARNs,
    }))(input, scope),
    ...passRole(input.authorizerCredentials),
  ],
  async handle({ restApiId, ...input }, context) {
    const isOfPools = input.type === "COGNITO_USER_POOLS"
    const record: Authorizer = {
      ...input,
      id: newShortId(),
      authType: input.authType ?? (isOfPools ? "cognito_user_pools" : "custom"),
      identitySource: input.identitySource || (input.type === "REQUEST" ? undefined : USUAL_SOURCE),
      identityValidationExpression: input.identityValidationExpression || undefined,
      authorizerCredentials: input.authorizerCredentials || undefined,
      authorizerResultTtlInSeconds: input.authorizerResultTtlInSeconds ?? USUAL_SECONDS,
    }
    return context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      assertAuthorizer(record)
      await assertPools(context, record)
      await assertOwnName(tx, restApiId, record)
      if ((await authorizers.count(tx, restApiId)) >= MOST_AUTHORIZERS) throw limitExceeded("authorizers", "API")
      await authorizers.put(tx, restApiId, record.id, record)
      return show(record)
    })
  },
})

export const GetAuthorizer = operation(GetAuthorizerCommand, {
  access: on("GET", AUTHORIZER),
  handle: ({ restApiId, authorizerId }, context) =>
    context.store.read(async (tx) => {
      await getRestApi(tx, context, restApiId)
      return show(await getAuthorizer(tx, restApiId, authorizerId))
    }),
})

export const GetAuthorizers = operation(GetAuthorizersCommand, {
  access: on("GET", AUTHORIZERS),
  handle: ({ restApiId, ...asked }, context) =>
    context.store.read(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const { items, ...next } = await listRecords(tx, context.masterKey, authorizers, restApiId, asked)
      return { items: items.map(({ record }) => show(record)), ...next }
    }),
})

export const UpdateAuthorizer = operation(UpdateAuthorizerCommand, {
  access: (input, scope) => [
    on<typeof input>("PATCH", AUTHORIZER, ({ patchOperations }) =>
      patchedKeys(patchOperations, {
        "/type": "apigateway:Request/AuthorizerType",
        "/authorizerUri": "apigateway:Request/AuthorizerUri",
        "/providerARNs": "apigateway:Request/CognitoUserPoolArn",
      }),
    )(input, scope),
    ...(input.patchOperations ?? []).flatMap(({ path, value }) =>
      path === "/authorizerCredentials" ? passRole(value) : [],
    ),
  ],
  async handle({ restApiId, authorizerId, patchOperations }, context) {
    return context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const before = await getAuthorizer(tx, restApiId, authorizerId)
      const record = applyPatch<Authorizer>(before, patchOperations, AUTHORIZER_RULES, "plain")
      assertAuthorizer(record)
      await assertPools(context, record)
      await assertOwnName(tx, restApiId, record)
      await authorizers.put(tx, restApiId, record.id, record)
      return show(record)
    })
  },
})

export const DeleteAuthorizer = operation(DeleteAuthorizerCommand, {
  access: on("DELETE", AUTHORIZER),
  async handle({ restApiId, authorizerId }, context) {
    await context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const { name } = await getAuthorizer(tx, restApiId, authorizerId)
      // As it is said of models; UNVERIFIED of authorizers.
      for (const { record } of await resources.all(tx, restApiId))
        for (const method of Object.values(record.methods))
          if (method.authorizerId === authorizerId)
            throw conflict(
              `Cannot delete authorizer '${name}', is referenced in method: ${record.path}/${method.httpMethod}`,
            )
      await authorizers.remove(tx, restApiId, authorizerId)
    })
    return {}
  },
})
