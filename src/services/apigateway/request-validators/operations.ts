import {
  CreateRequestValidatorCommand,
  DeleteRequestValidatorCommand,
  GetRequestValidatorCommand,
  GetRequestValidatorsCommand,
  UpdateRequestValidatorCommand,
} from "@aws-sdk/client-api-gateway"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { on } from "../access.ts"
import { badRequest, conflict, limitExceeded, validatorNotFound } from "../errors.ts"
import { newShortId } from "../ids.ts"
import { ownerOf } from "../owners.ts"
import { listRecords } from "../paging.ts"
import { applyPatch, type Rule } from "../patch.ts"
import { replaceBoolean, replaceNeeded } from "../patch-rules.ts"
import { resources } from "../resources/record.ts"
import { getRestApi } from "../rest-apis/get.ts"
import { isId, restApis } from "../rest-apis/record.ts"
import type { RequestValidator } from "../snapshot.ts"
import { requestValidators } from "./record.ts"

const VALIDATORS = "/restapis/{restApiId}/requestvalidators"
const VALIDATOR = `${VALIDATORS}/{requestValidatorId}`

/** AWS names no limit; a deployment holds all of them. */
const MOST_VALIDATORS = 500

async function getValidator(tx: Reading, restApiId: string, id: string): Promise<RequestValidator> {
  const found = isId(id) ? await requestValidators.read(tx, restApiId, id) : undefined
  if (!found) throw validatorNotFound()
  return found
}

export const CreateRequestValidator = operation(CreateRequestValidatorCommand, {
  access: on("POST", VALIDATORS),
  async handle({ restApiId, name, validateRequestBody, validateRequestParameters }, context) {
    return context.store.transact(async (tx) => {
      const isThere = isId(restApiId) && (await restApis.read(tx, ownerOf(context), restApiId))
      if (!isThere) throw badRequest("Invalid REST API identifier specified")
      const record: RequestValidator = {
        id: newShortId(),
        name,
        validateRequestBody: validateRequestBody ?? false,
        validateRequestParameters: validateRequestParameters ?? false,
      }
      if ((await requestValidators.count(tx, restApiId)) >= MOST_VALIDATORS)
        throw limitExceeded("request validators", "API")
      await requestValidators.put(tx, restApiId, record.id, record)
      return record
    })
  },
})

export const GetRequestValidator = operation(GetRequestValidatorCommand, {
  access: on("GET", VALIDATOR),
  handle: ({ restApiId, requestValidatorId }, context) =>
    context.store.read(async (tx) => {
      await getRestApi(tx, context, restApiId)
      return getValidator(tx, restApiId, requestValidatorId)
    }),
})

export const GetRequestValidators = operation(GetRequestValidatorsCommand, {
  access: on("GET", VALIDATORS),
  handle: ({ restApiId, ...asked }, context) =>
    context.store.read(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const { items, ...next } = await listRecords(tx, context.masterKey, requestValidators, restApiId, asked)
      return { items: items.map(({ record }) => record), ...next }
    }),
})

/** API Reference, "Patch operations", UpdateRequestValidator; recorded in this order. */
const RULES: readonly Rule<RequestValidator>[] = [
  replaceNeeded("/name", "name", () => badRequest("Request Validator name cannot be blank")),
  replaceBoolean("/validateRequestParameters", "validateRequestParameters"),
  replaceBoolean("/validateRequestBody", "validateRequestBody"),
]

export const UpdateRequestValidator = operation(UpdateRequestValidatorCommand, {
  access: on("PATCH", VALIDATOR),
  async handle({ restApiId, requestValidatorId, patchOperations }, context) {
    return context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const before = await getValidator(tx, restApiId, requestValidatorId)
      const record = applyPatch<RequestValidator>(before, patchOperations, RULES, "listed")
      await requestValidators.put(tx, restApiId, record.id, record)
      return record
    })
  },
})

export const DeleteRequestValidator = operation(DeleteRequestValidatorCommand, {
  access: on("DELETE", VALIDATOR),
  async handle({ restApiId, requestValidatorId }, context) {
    await context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const { name = requestValidatorId } = await getValidator(tx, restApiId, requestValidatorId)
      // UNVERIFIED text.
      for (const { record } of await resources.all(tx, restApiId))
        for (const method of Object.values(record.methods))
          if (method.requestValidatorId === requestValidatorId)
            throw conflict(
              `Cannot delete request validator '${name}', is referenced in method request: ${record.path}/${method.httpMethod}`,
            )
      await requestValidators.remove(tx, restApiId, requestValidatorId)
    })
    return {}
  },
})
