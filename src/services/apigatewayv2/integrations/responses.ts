import {
  CreateIntegrationResponseCommand,
  DeleteIntegrationResponseCommand,
  GetIntegrationResponseCommand,
  GetIntegrationResponsesCommand,
  type IntegrationResponse,
  UpdateIntegrationResponseCommand,
} from "@aws-sdk/client-apigatewayv2"
import { operation } from "../../../operation.ts"
import { on } from "../access.ts"
import { editApi } from "../apis/edit.ts"
import { type Api, getApi } from "../apis/record.ts"
import { badRequest, conflict, isNotOf, partNotFound, tooMany } from "../errors.ts"
import { newPartId } from "../ids.ts"
import { page } from "../paging.ts"
import { mergedTexts, patched, picked } from "../patch.ts"
import { getIntegration, integrationPath } from "./operations.ts"
import { integrationResponses } from "./record.ts"

type Body = Omit<IntegrationResponse, "IntegrationResponseId">

/** UNVERIFIED: how many AWS lets an integration have. */
const RESPONSES_AT_MOST = 100

const MEMBERS = ["ContentHandlingStrategy", "IntegrationResponseKey", "TemplateSelectionExpression"] as const

interface Named {
  ApiId: string
  IntegrationId: string
  IntegrationResponseId: string
}

const listPath = (input: Pick<Named, "ApiId" | "IntegrationId">) => `${integrationPath(input)}/integrationresponses`
const path = (input: Named) => `${listPath(input)}/${input.IntegrationResponseId}`
const keyOf = ({ IntegrationId, IntegrationResponseId }: Named) => `${IntegrationId}/${IntegrationResponseId}`
const show = (key: string, body: Body) => ({ ...body, IntegrationResponseId: key.slice(key.indexOf("/") + 1) })

function assertOfWebSocket({ body: { ProtocolType } }: Api): void {
  if (ProtocolType !== "WEBSOCKET") throw isNotOf("Integration responses", ProtocolType)
}

const KEY = /^(?:\$default|\/.+\/)$/

/** UNVERIFIED: the texts. */
function assertKey(key: string | undefined): void {
  if (!KEY.test(key ?? ""))
    throw badRequest("Invalid integration response key specified. It must be $default or /pattern/.")
}

export const CreateIntegrationResponse = operation(CreateIntegrationResponseCommand, {
  access: on("POST", listPath),
  async handle(input, context) {
    const named = { ...input, IntegrationResponseId: newPartId() }
    const created: Body = {
      ...(picked<Body>(input, MEMBERS) as Body),
      ...(input.ResponseParameters && { ResponseParameters: input.ResponseParameters }),
      ...(input.ResponseTemplates && { ResponseTemplates: input.ResponseTemplates }),
    }
    await editApi(context, input.ApiId, async (tx, api) => {
      assertOfWebSocket(api)
      await getIntegration(tx, api.apiId, input.IntegrationId)
      assertKey(created.IntegrationResponseKey)
      const others = (await integrationResponses.all(tx, api.apiId)).filter(({ id }) =>
        id.startsWith(`${input.IntegrationId}/`),
      )
      if (others.length >= RESPONSES_AT_MOST) throw tooMany("IntegrationResponses")
      if (others.some(({ body }) => body.IntegrationResponseKey === created.IntegrationResponseKey))
        throw conflict(
          `IntegrationResponse with key ${created.IntegrationResponseKey} already exists for this Integration`,
        )
      await integrationResponses.put(tx, api.apiId, keyOf(named), created)
    })
    return show(keyOf(named), created)
  },
})

export const GetIntegrationResponse = operation(GetIntegrationResponseCommand, {
  access: on("GET", path),
  handle: (input, context) =>
    context.store.read(async (tx) => {
      const { apiId } = await getApi(tx, input.ApiId, context)
      const found = await integrationResponses.read(tx, apiId, keyOf(input))
      if (!found) throw partNotFound("IntegrationResponse")
      return show(keyOf(input), found)
    }),
})

export const GetIntegrationResponses = operation(GetIntegrationResponsesCommand, {
  access: on("GET", listPath),
  handle: (input, context) =>
    context.store.read(async (tx) => {
      const { apiId } = await getApi(tx, input.ApiId, context)
      await getIntegration(tx, apiId, input.IntegrationId)
      const prefix = `${input.IntegrationId}/`
      const { Items, ...next } = await page(context, `integration responses ${apiId} ${prefix}`, input, {
        load: async (after, limit) =>
          (await integrationResponses.list(tx, apiId, after || prefix, limit)).filter(({ id }) =>
            id.startsWith(prefix),
          ),
        keyOf: ({ id }) => id,
      })
      return { Items: Items.map(({ id, body }) => show(id, body)), ...next }
    }),
})

export const UpdateIntegrationResponse = operation(UpdateIntegrationResponseCommand, {
  access: on("PATCH", path),
  async handle(input, context) {
    const changed = await editApi(context, input.ApiId, async (tx, { apiId }) => {
      const found = await integrationResponses.read(tx, apiId, keyOf(input))
      if (!found) throw partNotFound("IntegrationResponse")
      const body: Body = {
        ...patched<Body>(found, input, MEMBERS),
        ...(input.ResponseParameters && {
          ResponseParameters: { ...mergedTexts(found.ResponseParameters, input.ResponseParameters) },
        }),
        ...(input.ResponseTemplates && {
          ResponseTemplates: { ...mergedTexts(found.ResponseTemplates, input.ResponseTemplates) },
        }),
      }
      assertKey(body.IntegrationResponseKey)
      await integrationResponses.put(tx, apiId, keyOf(input), body)
      return body
    })
    return show(keyOf(input), changed)
  },
})

export const DeleteIntegrationResponse = operation(DeleteIntegrationResponseCommand, {
  access: on("DELETE", path),
  async handle(input, context) {
    await editApi(context, input.ApiId, async (tx, { apiId }) => {
      if (!(await integrationResponses.remove(tx, apiId, keyOf(input)))) throw partNotFound("IntegrationResponse")
    })
    return {}
  },
})
