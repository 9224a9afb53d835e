import {
  DeleteGatewayResponseCommand,
  GetGatewayResponseCommand,
  GetGatewayResponsesCommand,
  PutGatewayResponseCommand,
  type GatewayResponse as Shown,
  UpdateGatewayResponseCommand,
} from "@aws-sdk/client-api-gateway"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { on } from "../access.ts"
import { badRequest, notFound, parameterNameUnknown } from "../errors.ts"
import { assertTemplates } from "../mapping.ts"
import { applyPatch, type Patched, type Rule } from "../patch.ts"
import { entries } from "../patch-rules.ts"
import { getRestApi } from "../rest-apis/get.ts"
import type { GatewayResponse, Texts } from "../snapshot.ts"
import { gatewayResponses } from "./record.ts"
import { DEFAULT_TEMPLATES, familyOf, GATEWAY_RESPONSES } from "./types.ts"

const RESPONSES = "/restapis/{restApiId}/gatewayresponses"
const RESPONSE = `${RESPONSES}/{responseType}`

/** What is there of a type: what was customised, else its family's customisation, else AWS's own. */
function shown(responseType: string, customised: ReadonlyMap<string, GatewayResponse>): Shown {
  const own = customised.get(responseType)
  const from = own ?? customised.get(familyOf(responseType) ?? "")
  return {
    responseType: responseType as Shown["responseType"],
    statusCode: own ? own.statusCode : GATEWAY_RESPONSES[responseType],
    responseParameters: { ...from?.responseParameters },
    responseTemplates: { ...(from ? from.responseTemplates : DEFAULT_TEMPLATES) },
    defaultResponse: own === undefined,
  }
}

const customisedOf = async (tx: Reading, restApiId: string): Promise<ReadonlyMap<string, GatewayResponse>> =>
  new Map((await gatewayResponses.all(tx, restApiId)).map(({ id, record }) => [id, record]))

const PARAMETER = /^gatewayresponse\.header\.[\w!#$%&'*+.^`|~-]+$/

function assertResponse({ responseParameters = {}, responseTemplates }: GatewayResponse): void {
  // UNVERIFIED text.
  for (const key of Object.keys(responseParameters))
    if (!PARAMETER.test(key)) throw badRequest(`Invalid mapping expression specified: ${key}`)
  assertTemplates(responseTemplates)
}

export const PutGatewayResponse = operation(PutGatewayResponseCommand, {
  access: on("PUT", RESPONSE),
  async handle({ restApiId, responseType, statusCode, ...input }, context) {
    const record: GatewayResponse = {
      responseType,
      statusCode: statusCode ?? GATEWAY_RESPONSES[responseType],
      ...input,
    }
    assertResponse(record)
    return context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      await gatewayResponses.put(tx, restApiId, responseType, record)
      return shown(responseType, new Map([[responseType, record]]))
    })
  },
})

export const GetGatewayResponse = operation(GetGatewayResponseCommand, {
  access: on("GET", RESPONSE),
  handle: ({ restApiId, responseType }, context) =>
    context.store.read(async (tx) => {
      await getRestApi(tx, context, restApiId)
      return shown(responseType, await customisedOf(tx, restApiId))
    }),
})

/** All of them, whatever is asked for: they are twenty-one. UNVERIFIED that `limit` is not looked at. */
export const GetGatewayResponses = operation(GetGatewayResponsesCommand, {
  access: on("GET", RESPONSES),
  handle: ({ restApiId }, context) =>
    context.store.read(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const customised = await customisedOf(tx, restApiId)
      return { items: Object.keys(GATEWAY_RESPONSES).map((type) => shown(type, customised)) }
    }),
})

type Draft = { statusCode?: string; responseParameters?: Texts; responseTemplates?: Texts }

const filled =
  (where: string) =>
  ({ value }: Patched): string => {
    if (value === undefined || value === "") throw badRequest(`Invalid null or empty value in ${where}`)
    return value
  }

/** API Reference, "Patch operations", UpdateGatewayResponse. */
const RULES: readonly Rule<Draft>[] = [
  {
    path: "/statusCode",
    ops: ["replace"],
    apply(draft, { value = "" }) {
      // UNVERIFIED text.
      if (!/^[1-5]\d\d$/.test(value)) throw badRequest("Invalid status code specified")
      draft.statusCode = value
    },
  },
  entries("/responseParameters/{name}", "responseParameters", {
    read: filled("responseParameters"),
    missing: parameterNameUnknown,
  }),
  entries("/responseTemplates/{contentType}", "responseTemplates", {
    read: filled("responseTemplates"),
    missing: parameterNameUnknown,
  }),
]

/** What is changed of one that nobody has customised begins with AWS's own. */
export const UpdateGatewayResponse = operation(UpdateGatewayResponseCommand, {
  access: on("PATCH", RESPONSE),
  async handle({ restApiId, responseType, patchOperations }, context) {
    return context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const { statusCode, responseParameters, responseTemplates } = shown(
        responseType,
        await customisedOf(tx, restApiId),
      )
      const before: Draft = { statusCode, responseParameters, responseTemplates }
      const record: GatewayResponse = { responseType, ...applyPatch(before, patchOperations, RULES, "terse") }
      assertResponse(record)
      await gatewayResponses.put(tx, restApiId, responseType, record)
      return shown(responseType, new Map([[responseType, record]]))
    })
  },
})

export const DeleteGatewayResponse = operation(DeleteGatewayResponseCommand, {
  access: on("DELETE", RESPONSE),
  async handle({ restApiId, responseType }, context) {
    await context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      if (!(await gatewayResponses.remove(tx, restApiId, responseType)))
        throw notFound("Gateway response type not defined on api")
    })
    return {}
  },
})
