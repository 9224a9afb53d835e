import type { Reading } from "../../../store/store.ts"
import { authorizers } from "../authorizers/record.ts"
import { authorizerNeeded, badRequest } from "../errors.ts"
import { assertContentTypes, assertRequestParameters } from "../mapping.ts"
import { models } from "../models/record.ts"
import { requestValidators } from "../request-validators/record.ts"
import { isId } from "../rest-apis/record.ts"
import type { Method, Texts } from "../snapshot.ts"

const VERBS = ["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY"]
const AUTHORIZATIONS = ["NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS"]

export function assertVerb(httpMethod: string): void {
  if (!VERBS.includes(httpMethod))
    throw badRequest(`Invalid HttpMethod specified. Valid options are ${VERBS.join(",")}`)
}

/** What PutMethod makes must hold, and what UpdateMethod leaves. */
export async function assertMethod(tx: Reading, restApiId: string, method: Method): Promise<void> {
  const { authorizationType, authorizerId, requestValidatorId, requestModels, requestParameters } = method
  // UNVERIFIED text.
  if (!AUTHORIZATIONS.includes(authorizationType))
    throw badRequest(`Invalid Authorization Type specified. Valid options are ${AUTHORIZATIONS.join(",")}`)
  if (authorizationType === "CUSTOM" || authorizationType === "COGNITO_USER_POOLS") {
    const found = authorizerId && isId(authorizerId) ? await authorizers.read(tx, restApiId, authorizerId) : undefined
    const isOfPools = found?.type === "COGNITO_USER_POOLS"
    if (!found || isOfPools !== (authorizationType === "COGNITO_USER_POOLS")) throw authorizerNeeded()
  }
  if (requestValidatorId !== undefined) {
    const found = isId(requestValidatorId) && (await requestValidators.read(tx, restApiId, requestValidatorId))
    if (!found) throw badRequest("Invalid Request Validator identifier specified")
  }
  assertRequestParameters(requestParameters)
  await assertModels(tx, restApiId, requestModels)
}

/** Models by content type: of a request and of a response. */
export async function assertModels(tx: Reading, restApiId: string, byType: Texts = {}): Promise<void> {
  assertContentTypes(byType)
  for (const name of new Set(Object.values(byType)))
    if (!isModelName(name) || !(await models.read(tx, restApiId, name)))
      throw badRequest(`Invalid model identifier specified: ${name}`)
}

/** Names are letters and digits (API Reference, CreateModel). */
export const isModelName = (name: string): boolean => /^[a-zA-Z0-9]{1,256}$/.test(name)
