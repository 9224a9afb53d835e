import { type PatchOperation, UpdateRestApiCommand } from "@aws-sdk/client-api-gateway"
import type { RequirementContext } from "../../../authorization/requirement.ts"
import { operation } from "../../../operation.ts"
import { on, setPolicy } from "../access.ts"
import { badRequest } from "../errors.ts"
import { ownerOf } from "../owners.ts"
import { applyPatch, type Rule } from "../patch.ts"
import { replaceBoolean, replaceNeeded, replaceText } from "../patch-rules.ts"
import { parsePolicy } from "../policy.ts"
import { patchedKeys } from "../request-keys.ts"
import { assertCompressionSize, assertRestApi, ENDPOINT_TYPES } from "./checks.ts"
import { getRestApi } from "./get.ts"
import { type RestApi, restApis } from "./record.ts"
import { showRestApi } from "./show.ts"

/** Values that are taken and given by their own names: `/binaryMediaTypes/image~1png`. */
function changed(values: readonly string[], op: string, name: string, value: string | undefined): string[] {
  const others = values.filter((one) => one !== name)
  if (op === "remove") return others
  const added = op === "replace" && value ? value : name
  return others.includes(added) ? others : [...others, added]
}

/** API Reference, "Patch operations", UpdateRestApi. */
const RULES: readonly Rule<RestApi>[] = [
  replaceNeeded("/name", "name", () => badRequest("Name cannot be empty")), // UNVERIFIED text
  replaceText("/description", "description"),
  replaceText("/version", "version"),
  replaceText("/policy", "policy"),
  replaceText("/securityPolicy", "securityPolicy"),
  replaceText("/endpointAccessMode", "endpointAccessMode"),
  replaceBoolean("/disableExecuteApiEndpoint", "disableExecuteApiEndpoint"),
  {
    path: "/apiKeySource",
    ops: ["replace"],
    apply(draft, { value = "" }) {
      // UNVERIFIED text.
      if (value !== "HEADER" && value !== "AUTHORIZER")
        throw badRequest("Invalid API key source specified. Valid options are HEADER,AUTHORIZER")
      draft.apiKeySource = value
    },
  },
  {
    path: "/minimumCompressionSize",
    ops: ["replace"],
    apply(draft, { value }) {
      if (value === undefined || value === "") draft.minimumCompressionSize = undefined
      else {
        assertCompressionSize(Number(value))
        draft.minimumCompressionSize = Number(value)
      }
    },
  },
  {
    path: "/binaryMediaTypes/{type}",
    ops: ["add", "remove", "replace"],
    apply(draft, { op, names: [name = ""], value }) {
      const types = changed(draft.binaryMediaTypes ?? [], op, name, value)
      draft.binaryMediaTypes = types.length > 0 ? types : undefined
    },
  },
  {
    path: "/endpointConfiguration/types/{type}",
    ops: ["add", "remove", "replace"],
    apply(draft, { op, names: [name = ""], value = "" }) {
      const given = op === "replace" ? value : ENDPOINT_TYPES.includes(name) ? name : value
      if (!ENDPOINT_TYPES.includes(given))
        throw badRequest(`Invalid EndpointTypes specified. Valid options are ${ENDPOINT_TYPES.join(",")}`)
      // Terraform names the place of the one that there is.
      draft.endpointTypes = op === "replace" ? [given] : changed(draft.endpointTypes, op, given, undefined)
      if (given === "PRIVATE" && op !== "remove") draft.ipAddressType = "dualstack"
    },
  },
  {
    path: "/endpointConfiguration/ipAddressType",
    ops: ["replace"],
    apply(draft, { value = "" }) {
      if (value !== "ipv4" && value !== "dualstack") throw badRequest("ipAddressType must be either ipv4 or dualstack.")
      draft.ipAddressType = value
    },
  },
  {
    path: "/endpointConfiguration/vpcEndpointIds",
    ops: ["add", "remove", "replace"],
    apply(draft, { op, value = "" }) {
      const ids = changed(draft.vpcEndpointIds ?? [], op === "replace" ? "add" : op, value, undefined)
      draft.vpcEndpointIds = ids.length > 0 ? ids : undefined
    },
  },
]

const requested = ({ patchOperations }: { patchOperations?: PatchOperation[] | undefined }): RequirementContext =>
  patchedKeys(patchOperations, {
    "/name": "apigateway:Request/ApiName",
    "/endpointConfiguration/types*": "apigateway:Request/EndpointType",
    "/disableExecuteApiEndpoint": "apigateway:Request/DisableExecuteApiEndpoint",
    "/securityPolicy": "apigateway:Request/SecurityPolicy",
  })

export const UpdateRestApi = operation(UpdateRestApiCommand, {
  access: (input, scope) => [
    on<typeof input>("PATCH", "/restapis/{restApiId}", requested)(input, scope),
    ...(input.patchOperations?.some(({ path }) => path === "/policy")
      ? [setPolicy(scope.region, `/restapis/${input.restApiId}`)]
      : []),
  ],
  async handle({ restApiId, patchOperations }, context) {
    const { store, account, region } = context
    return store.transact(async (tx) => {
      const before = await getRestApi(tx, context, restApiId)
      const record = applyPatch<RestApi>(before, patchOperations, RULES, "plain")
      assertRestApi(record)
      if (record.policy && record.policy !== before.policy)
        record.policy = await parsePolicy(tx, record.policy, { account, region, restApiId })
      await restApis.put(tx, ownerOf(context), restApiId, record)
      return showRestApi(tx, restApiId, record)
    })
  },
})
