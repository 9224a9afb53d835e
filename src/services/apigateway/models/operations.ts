import {
  CreateModelCommand,
  DeleteModelCommand,
  GetModelCommand,
  GetModelsCommand,
  GetModelTemplateCommand,
  UpdateModelCommand,
} from "@aws-sdk/client-api-gateway"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { on } from "../access.ts"
import { badRequest, conflict, limitExceeded, modelNotFound } from "../errors.ts"
import { newShortId } from "../ids.ts"
import { isModelName } from "../methods/check.ts"
import { listRecords } from "../paging.ts"
import { applyPatch, type Rule } from "../patch.ts"
import { replaceText } from "../patch-rules.ts"
import { resources } from "../resources/record.ts"
import { getRestApi } from "../rest-apis/get.ts"
import type { Model } from "../snapshot.ts"
import { assertSchema, flattened, referencesOf } from "./check.ts"
import { models } from "./record.ts"
import { sampleTemplate } from "./template.ts"

const MODELS = "/restapis/{restApiId}/models"
const MODEL = `${MODELS}/{modelName}`

/** AWS names no limit; a deployment holds all of them. */
const MOST_MODELS = 500

async function getModel(tx: Reading, restApiId: string, name: string): Promise<Model> {
  const found = isModelName(name) ? await models.read(tx, restApiId, name) : undefined
  if (!found) throw modelNotFound(name)
  return found
}

export const CreateModel = operation(CreateModelCommand, {
  access: on("POST", MODELS),
  async handle({ restApiId, ...input }, context) {
    return context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const { name, schema } = input
      if (name === "") throw badRequest("Model name must be non-empty")
      // UNVERIFIED text.
      if (!isModelName(name)) throw badRequest("Model name must be alphanumeric: [A-Za-z0-9]")
      if (await models.read(tx, restApiId, name)) throw conflict("Model name already exists for this REST API")
      if (schema !== undefined) await assertWhole(tx, restApiId, schema, name)
      if ((await models.count(tx, restApiId)) >= MOST_MODELS) throw limitExceeded("models", "API")
      const record: Model = { id: newShortId(), ...input }
      await models.put(tx, restApiId, name, record)
      return record
    })
  },
})

/** Quoted by many who met it. */
async function assertWhole(tx: Reading, restApiId: string, schema: string, ownName: string): Promise<void> {
  assertSchema(schema)
  for (const name of referencesOf(schema))
    if (name !== ownName && !(await models.read(tx, restApiId, name)))
      throw badRequest(
        `Invalid model specified: Validation Result: warnings : [], errors : [Invalid model reference specified: https://apigateway.amazonaws.com/restapis/${restApiId}/models/${name}]`,
      )
}

export const GetModel = operation(GetModelCommand, {
  access: on("GET", MODEL),
  handle: ({ restApiId, modelName, flatten }, context) =>
    context.store.read(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const model = await getModel(tx, restApiId, modelName)
      if (!flatten || model.schema === undefined) return model
      const all = await models.all(tx, restApiId)
      const schemas = new Map(all.flatMap(({ id, record: { schema } }) => (schema === undefined ? [] : [[id, schema]])))
      return { ...model, schema: flattened(model.schema, schemas) }
    }),
})

export const GetModels = operation(GetModelsCommand, {
  access: on("GET", MODELS),
  handle: ({ restApiId, ...asked }, context) =>
    context.store.read(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const { items, ...next } = await listRecords(tx, context.masterKey, models, restApiId, asked)
      return { items: items.map(({ record }) => record), ...next }
    }),
})

export const GetModelTemplate = operation(GetModelTemplateCommand, {
  access: on("GET", `${MODEL}/default_template`),
  handle: ({ restApiId, modelName }, context) =>
    context.store.read(async (tx) => {
      await getRestApi(tx, context, restApiId)
      return { value: sampleTemplate((await getModel(tx, restApiId, modelName)).schema) }
    }),
})

/** API Reference, "Patch operations", UpdateModel. */
const RULES: readonly Rule<Model>[] = [
  replaceText("/description", "description"),
  {
    path: "/schema",
    ops: ["replace"],
    apply(draft, { value = "" }) {
      assertSchema(value)
      draft.schema = value
    },
  },
]

export const UpdateModel = operation(UpdateModelCommand, {
  access: on("PATCH", MODEL),
  async handle({ restApiId, modelName, patchOperations }, context) {
    return context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const before = await getModel(tx, restApiId, modelName)
      const record = applyPatch<Model>(before, patchOperations, RULES, "listed")
      if (record.schema !== undefined && record.schema !== before.schema)
        await assertWhole(tx, restApiId, record.schema, modelName)
      await models.put(tx, restApiId, modelName, record)
      return record
    })
  },
})

export const DeleteModel = operation(DeleteModelCommand, {
  access: on("DELETE", MODEL),
  async handle({ restApiId, modelName }, context) {
    await context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      await getModel(tx, restApiId, modelName)
      const use = await findUse(tx, restApiId, modelName)
      if (use) throw conflict(`Cannot delete model '${modelName}', is referenced in ${use}`)
      await models.remove(tx, restApiId, modelName)
    })
    return {}
  },
})

/** UNVERIFIED: how it is said of responses and of models. */
async function findUse(tx: Reading, restApiId: string, name: string): Promise<string | undefined> {
  for (const { record } of await resources.all(tx, restApiId))
    for (const { httpMethod, requestModels = {}, methodResponses = {} } of Object.values(record.methods)) {
      if (Object.values(requestModels).includes(name)) return `method request: ${record.path}/${httpMethod}`
      for (const { statusCode, responseModels = {} } of Object.values(methodResponses))
        if (Object.values(responseModels).includes(name))
          return `method response: ${record.path}/${httpMethod}/${statusCode}`
    }
  for (const { id, record } of await models.all(tx, restApiId))
    if (id !== name && record.schema !== undefined && referencesOf(record.schema).has(name)) return `model: ${id}`
  return undefined
}
