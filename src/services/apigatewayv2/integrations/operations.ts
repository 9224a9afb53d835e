import {
  CreateIntegrationCommand,
  DeleteIntegrationCommand,
  GetIntegrationCommand,
  GetIntegrationsCommand,
  UpdateIntegrationCommand,
} from "@aws-sdk/client-apigatewayv2"
import type { Requirement } from "../../../authorization/requirement.ts"
import { operation, type Scope } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { belowApi, on, passRole } from "../access.ts"
import { editApi } from "../apis/edit.ts"
import { type ApiBody, getApi } from "../apis/record.ts"
import { partNotFound, referenced, tooMany } from "../errors.ts"
import { newPartId } from "../ids.ts"
import { page } from "../paging.ts"
import { mergedMaps, mergedTexts, patched, picked } from "../patch.ts"
import { routes } from "../routes/record.ts"
import { type IntegrationBody, integrationResponses, integrations } from "./record.ts"
import { assertIntegration } from "./settings.ts"

/** Developer Guide, "Quotas". */
const INTEGRATIONS_AT_MOST = 300

const MEMBERS = [
  "ConnectionId",
  "ConnectionType",
  "ContentHandlingStrategy",
  "CredentialsArn",
  "Description",
  "IntegrationMethod",
  "IntegrationSubtype",
  "IntegrationType",
  "IntegrationUri",
  "PassthroughBehavior",
  "PayloadFormatVersion",
  "TemplateSelectionExpression",
  "TimeoutInMillis",
  "TlsConfig",
] as const

export const integrationPath = belowApi<{ ApiId: string; IntegrationId: string }>(
  "integrations",
  ({ IntegrationId }) => IntegrationId,
)

export async function getIntegration(tx: Reading, apiId: string, id: string): Promise<IntegrationBody> {
  const integration = await integrations.read(tx, apiId, id)
  if (!integration) throw partNotFound("Integration")
  return integration
}

const show = (IntegrationId: string, body: IntegrationBody) => ({ ...body, IntegrationId })

/** What AWS shows of an integration for which it was not said (create-integration, CLI reference). */
function defaults(protocol: ApiBody["ProtocolType"], type: IntegrationBody["IntegrationType"]): IntegrationBody {
  const common = { ConnectionType: "INTERNET" as const, PayloadFormatVersion: "1.0" }
  const method = type === "AWS_PROXY" ? { IntegrationMethod: "POST" } : {}
  if (protocol === "HTTP") return { ...common, ...method, TimeoutInMillis: 30_000 }
  return {
    ...common,
    ...method,
    TimeoutInMillis: 29_000,
    PassthroughBehavior: "WHEN_NO_MATCH",
    IntegrationResponseSelectionExpression: "$" + "{integration.response.statuscode}",
  }
}

/** Who gives an integration its role must be allowed to pass it. */
const withRole =
  <I extends { CredentialsArn?: string | undefined }>(need: (input: I, scope: Scope) => Requirement) =>
  (input: I, scope: Scope) => [need(input, scope), ...passRole(input.CredentialsArn)]

export const CreateIntegration = operation(CreateIntegrationCommand, {
  access: withRole(on("POST", belowApi("integrations"))),
  async handle(input, context) {
    const IntegrationId = newPartId()
    const created = await editApi(context, input.ApiId, async (tx, { apiId, body: { ProtocolType } }) => {
      const integration: IntegrationBody = {
        ...defaults(ProtocolType, input.IntegrationType),
        ...picked<IntegrationBody>(input, MEMBERS),
        ...(input.RequestParameters && { RequestParameters: input.RequestParameters }),
        ...(input.RequestTemplates && { RequestTemplates: input.RequestTemplates }),
        ...(input.ResponseParameters && { ResponseParameters: input.ResponseParameters }),
      }
      assertIntegration(ProtocolType, integration)
      if ((await integrations.all(tx, apiId)).length >= INTEGRATIONS_AT_MOST) throw tooMany("Integrations")
      await integrations.put(tx, apiId, IntegrationId, integration)
      return integration
    })
    return show(IntegrationId, created)
  },
})

export const GetIntegration = operation(GetIntegrationCommand, {
  access: on("GET", integrationPath),
  handle: ({ ApiId, IntegrationId }, context) =>
    context.store.read(async (tx) => {
      await getApi(tx, ApiId, context)
      return show(IntegrationId, await getIntegration(tx, ApiId, IntegrationId))
    }),
})

export const GetIntegrations = operation(GetIntegrationsCommand, {
  access: on("GET", belowApi("integrations")),
  handle: (input, context) =>
    context.store.read(async (tx) => {
      const { apiId } = await getApi(tx, input.ApiId, context)
      const { Items, ...next } = await page(context, `integrations ${apiId}`, input, {
        load: (after, limit) => integrations.list(tx, apiId, after, limit),
        keyOf: ({ id }) => id,
      })
      return { Items: Items.map(({ id, body }) => show(id, body)), ...next }
    }),
})

export const UpdateIntegration = operation(UpdateIntegrationCommand, {
  access: withRole(on("PATCH", integrationPath)),
  async handle(input, context) {
    const { ApiId, IntegrationId } = input
    const changed = await editApi(context, ApiId, async (tx, { apiId, body: { ProtocolType } }) => {
      const found = await getIntegration(tx, apiId, IntegrationId)
      const integration: IntegrationBody = {
        ...patched<IntegrationBody>(found, input, MEMBERS),
        ...(input.RequestParameters && {
          RequestParameters: { ...mergedTexts(found.RequestParameters, input.RequestParameters) },
        }),
        ...(input.RequestTemplates && {
          RequestTemplates: { ...mergedTexts(found.RequestTemplates, input.RequestTemplates) },
        }),
        ...(input.ResponseParameters && {
          ResponseParameters: { ...mergedMaps(found.ResponseParameters, input.ResponseParameters) },
        }),
      }
      assertIntegration(ProtocolType, integration)
      await integrations.put(tx, apiId, IntegrationId, integration)
      return integration
    })
    return show(IntegrationId, changed)
  },
})

export const DeleteIntegration = operation(DeleteIntegrationCommand, {
  access: on("DELETE", integrationPath),
  async handle({ ApiId, IntegrationId }, context) {
    await editApi(context, ApiId, async (tx, { apiId }) => {
      await getIntegration(tx, apiId, IntegrationId)
      const target = `integrations/${IntegrationId}`
      const users = (await routes.all(tx, apiId)).filter(({ body }) => body.Target === target)
      if (users.length > 0)
        throw referenced(
          "Integration",
          users.map(({ id }) => id),
        )
      await integrations.remove(tx, apiId, IntegrationId)
      for (const { id } of await integrationResponses.all(tx, apiId))
        if (id.startsWith(`${IntegrationId}/`)) await integrationResponses.remove(tx, apiId, id)
    })
    return {}
  },
})
