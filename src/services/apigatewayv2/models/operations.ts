import {
  CreateModelCommand,
  DeleteModelCommand,
  GetModelCommand,
  GetModelsCommand,
  type Model,
  UpdateModelCommand,
} from "@aws-sdk/client-apigatewayv2"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { belowApi, on } from "../access.ts"
import { editApi } from "../apis/edit.ts"
import { type ApiBody, getApi } from "../apis/record.ts"
import { badRequest, conflict, isNotOf, partNotFound, tooMany } from "../errors.ts"
import { newShortId } from "../ids.ts"
import { page } from "../paging.ts"
import { parts } from "../parts.ts"
import { patched, picked } from "../patch.ts"

type ModelBody = Omit<Model, "ModelId">

const models = parts<ModelBody>("model")

/** UNVERIFIED: how many an API can have. */
const MODELS_AT_MOST = 100
/** API reference, "CreateModel": up to 32 K. */
const SCHEMA_CHARACTERS = 32_768

const MEMBERS = ["ContentType", "Description", "Name", "Schema"] as const

const modelPath = belowApi<{ ApiId: string; ModelId: string }>("models", ({ ModelId }) => ModelId)

async function getModel(tx: Reading, apiId: string, id: string): Promise<ModelBody> {
  const model = await models.read(tx, apiId, id)
  if (!model) throw partNotFound("Model")
  return model
}

/** UNVERIFIED: the texts. */
async function assertModel(
  tx: Reading,
  apiId: string,
  protocol: ApiBody["ProtocolType"],
  { Name, Schema }: ModelBody,
  ownId?: string,
): Promise<void> {
  if (protocol !== "WEBSOCKET") throw isNotOf("Model creation", protocol)
  if (!/^[a-zA-Z0-9]{1,128}$/.test(Name ?? ""))
    throw badRequest("Model name must be alphanumeric: 1 to 128 characters.")
  if ((Schema ?? "").length > SCHEMA_CHARACTERS)
    throw badRequest(`Model schema can have at most ${SCHEMA_CHARACTERS} characters.`)
  if (!isJsonObject(Schema ?? "")) throw badRequest("Invalid model schema specified. It must be a JSON object.")
  const others = (await models.all(tx, apiId)).filter(({ id }) => id !== ownId)
  if (others.length >= MODELS_AT_MOST) throw tooMany("Models")
  if (others.some(({ body }) => body.Name === Name)) throw conflict("Model name already exists for this API")
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

const show = (ModelId: string, body: ModelBody) => ({ ...body, ModelId })

export const CreateModel = operation(CreateModelCommand, {
  access: on("POST", belowApi("models")),
  async handle(input, context) {
    const ModelId = newShortId()
    const model = { ContentType: "application/json", ...(picked<ModelBody>(input, MEMBERS) as ModelBody) }
    await editApi(context, input.ApiId, async (tx, { apiId, body: { ProtocolType } }) => {
      await assertModel(tx, apiId, ProtocolType, model)
      await models.put(tx, apiId, ModelId, model)
    })
    return show(ModelId, model)
  },
})

export const GetModel = operation(GetModelCommand, {
  access: on("GET", modelPath),
  handle: ({ ApiId, ModelId }, context) =>
    context.store.read(async (tx) => {
      await getApi(tx, ApiId, context)
      return show(ModelId, await getModel(tx, ApiId, ModelId))
    }),
})

export const GetModels = operation(GetModelsCommand, {
  access: on("GET", belowApi("models")),
  handle: (input, context) =>
    context.store.read(async (tx) => {
      const { apiId } = await getApi(tx, input.ApiId, context)
      const { Items, ...next } = await page(context, `models ${apiId}`, input, {
        load: (after, limit) => models.list(tx, apiId, after, limit),
        keyOf: ({ id }) => id,
      })
      return { Items: Items.map(({ id, body }) => show(id, body)), ...next }
    }),
})

export const UpdateModel = operation(UpdateModelCommand, {
  access: on("PATCH", modelPath),
  async handle(input, context) {
    const { ApiId, ModelId } = input
    const changed = await editApi(context, ApiId, async (tx, { apiId, body: { ProtocolType } }) => {
      const model = patched<ModelBody>(await getModel(tx, apiId, ModelId), input, MEMBERS)
      await assertModel(tx, apiId, ProtocolType, model, ModelId)
      await models.put(tx, apiId, ModelId, model)
      return model
    })
    return show(ModelId, changed)
  },
})

export const DeleteModel = operation(DeleteModelCommand, {
  access: on("DELETE", modelPath),
  async handle({ ApiId, ModelId }, context) {
    await editApi(context, ApiId, async (tx, { apiId }) => {
      if (!(await models.remove(tx, apiId, ModelId))) throw partNotFound("Model")
    })
    return {}
  },
})
