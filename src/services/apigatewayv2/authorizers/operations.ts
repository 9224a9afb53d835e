import {
  CreateAuthorizerCommand,
  DeleteAuthorizerCommand,
  GetAuthorizerCommand,
  GetAuthorizersCommand,
  UpdateAuthorizerCommand,
} from "@aws-sdk/client-apigatewayv2"
import type { Requirement, RequirementContext } from "../../../authorization/requirement.ts"
import { operation, type Scope } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { belowApi, on, passRole } from "../access.ts"
import { editApi } from "../apis/edit.ts"
import { getApi } from "../apis/record.ts"
import { partNotFound, referenced, tooMany } from "../errors.ts"
import { newShortId } from "../ids.ts"
import { page } from "../paging.ts"
import { patched, picked } from "../patch.ts"
import { routes } from "../routes/record.ts"
import { type AuthorizerBody, authorizers } from "./record.ts"
import { assertAuthorizer } from "./settings.ts"

/** Developer Guide, "Quotas". */
const AUTHORIZERS_AT_MOST = 10

const MEMBERS = [
  "AuthorizerCredentialsArn",
  "AuthorizerPayloadFormatVersion",
  "AuthorizerResultTtlInSeconds",
  "AuthorizerType",
  "AuthorizerUri",
  "EnableSimpleResponses",
  "IdentitySource",
  "IdentityValidationExpression",
  "JwtConfiguration",
  "Name",
] as const

const authorizerPath = belowApi<{ ApiId: string; AuthorizerId: string }>(
  "authorizers",
  ({ AuthorizerId }) => AuthorizerId,
)

const requested = ({ AuthorizerType, AuthorizerUri }: Partial<AuthorizerBody>): RequirementContext => ({
  "apigateway:Request/AuthorizerType": AuthorizerType && [AuthorizerType],
  "apigateway:Request/AuthorizerUri": AuthorizerUri ? [AuthorizerUri] : undefined,
})

const withRole =
  <I extends { AuthorizerCredentialsArn?: string | undefined }>(need: (input: I, scope: Scope) => Requirement) =>
  (input: I, scope: Scope) => [need(input, scope), ...passRole(input.AuthorizerCredentialsArn)]

async function getAuthorizer(tx: Reading, apiId: string, id: string): Promise<AuthorizerBody> {
  const authorizer = await authorizers.read(tx, apiId, id)
  if (!authorizer) throw partNotFound("Authorizer")
  return authorizer
}

const show = (AuthorizerId: string, body: AuthorizerBody) => ({ ...body, AuthorizerId })

export const CreateAuthorizer = operation(CreateAuthorizerCommand, {
  access: withRole(on("POST", belowApi("authorizers"), requested)),
  async handle(input, context) {
    const AuthorizerId = newShortId()
    const created = await editApi(context, input.ApiId, async (tx, { apiId, body: { ProtocolType } }) => {
      const authorizer: AuthorizerBody = {
        ...(input.AuthorizerType === "REQUEST" &&
          ProtocolType === "HTTP" && { AuthorizerResultTtlInSeconds: 0, EnableSimpleResponses: false }),
        ...(picked<AuthorizerBody>(input, MEMBERS) as Pick<AuthorizerBody, "Name">),
      }
      assertAuthorizer(ProtocolType, authorizer)
      if ((await authorizers.all(tx, apiId)).length >= AUTHORIZERS_AT_MOST) throw tooMany("Authorizers")
      await authorizers.put(tx, apiId, AuthorizerId, authorizer)
      return authorizer
    })
    return show(AuthorizerId, created)
  },
})

export const GetAuthorizer = operation(GetAuthorizerCommand, {
  access: on("GET", authorizerPath),
  handle: ({ ApiId, AuthorizerId }, context) =>
    context.store.read(async (tx) => {
      await getApi(tx, ApiId, context)
      return show(AuthorizerId, await getAuthorizer(tx, ApiId, AuthorizerId))
    }),
})

export const GetAuthorizers = operation(GetAuthorizersCommand, {
  access: on("GET", belowApi("authorizers")),
  handle: (input, context) =>
    context.store.read(async (tx) => {
      const { apiId } = await getApi(tx, input.ApiId, context)
      const { Items, ...next } = await page(context, `authorizers ${apiId}`, input, {
        load: (after, limit) => authorizers.list(tx, apiId, after, limit),
        keyOf: ({ id }) => id,
      })
      return { Items: Items.map(({ id, body }) => show(id, body)), ...next }
    }),
})

export const UpdateAuthorizer = operation(UpdateAuthorizerCommand, {
  access: withRole(on("PATCH", authorizerPath, requested)),
  async handle(input, context) {
    const { ApiId, AuthorizerId } = input
    const changed = await editApi(context, ApiId, async (tx, { apiId, body: { ProtocolType } }) => {
      const authorizer = patched<AuthorizerBody>(await getAuthorizer(tx, apiId, AuthorizerId), input, MEMBERS)
      if (input.JwtConfiguration)
        authorizer.JwtConfiguration = {
          ...(await getAuthorizer(tx, apiId, AuthorizerId)).JwtConfiguration,
          ...input.JwtConfiguration,
        }
      assertAuthorizer(ProtocolType, authorizer)
      await authorizers.put(tx, apiId, AuthorizerId, authorizer)
      return authorizer
    })
    return show(AuthorizerId, changed)
  },
})

export const DeleteAuthorizer = operation(DeleteAuthorizerCommand, {
  access: on("DELETE", authorizerPath),
  async handle({ ApiId, AuthorizerId }, context) {
    await editApi(context, ApiId, async (tx, { apiId }) => {
      await getAuthorizer(tx, apiId, AuthorizerId)
      const users = (await routes.all(tx, apiId)).filter(({ body }) => body.AuthorizerId === AuthorizerId)
      if (users.length > 0)
        throw referenced(
          "Authorizer",
          users.map(({ id }) => id),
        )
      await authorizers.remove(tx, apiId, AuthorizerId)
    })
    return {}
  },
})
