import { ImportApiCommand, ReimportApiCommand } from "@aws-sdk/client-apigatewayv2"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import { apiPath, on, passRole } from "../access.ts"
import { assertCors } from "../apis/cors.ts"
import { editApi } from "../apis/edit.ts"
import { APIS_AT_MOST, type Api, countApis, putApi } from "../apis/record.ts"
import { showApi } from "../apis/show.ts"
import { badRequest, isNotOf, tooManyInAccount } from "../errors.ts"
import { newApiId } from "../ids.ts"
import { assertTags } from "../tags/limits.ts"
import { applyDraft, clearParts } from "./apply.ts"
import type { BasePathUse, Draft } from "./read.ts"
import { readApart } from "./read-apart.ts"

interface Input {
  Body: string
  Basepath?: string | undefined
  FailOnWarnings?: boolean | undefined
}

const USES: readonly BasePathUse[] = ["ignore", "prepend", "split"]

/** UNVERIFIED text. */
function basePathUse(given = "ignore"): BasePathUse {
  const use = USES.find((one) => one === given)
  if (!use) throw badRequest(`Invalid basepath specified: ${given}. Valid options are ${USES.join(", ")}`)
  return use
}

/** Roles that integrations and authorizers are given: who imports must be allowed to pass them. */
function passed({ routes, authorizers }: Draft) {
  const roles = [
    ...routes.map(({ integration }) => integration?.CredentialsArn),
    ...[...authorizers.values()].map(({ AuthorizerCredentialsArn }) => AuthorizerCredentialsArn),
  ]
  return [...new Set(roles)].flatMap(passRole)
}

/** The definition, where it is one that its sender may bring. It is read beside the main thread. */
async function settledDraft(input: Input, { assertAllowed }: Pick<CallContext, "assertAllowed">): Promise<Draft> {
  const draft = await readApart(input.Body, basePathUse(input.Basepath))
  for (const requirement of passed(draft)) await assertAllowed(requirement)
  // UNVERIFIED texts.
  if (draft.settings.Name.trim() === "") throw badRequest("Unable to import: the title of the API is missing")
  if (input.FailOnWarnings && draft.warnings.length > 0)
    throw badRequest(`Warnings found during import:\n${draft.warnings.map((one) => `\t${one}`).join("\n")}`)
  assertCors(draft.settings.CorsConfiguration)
  assertTags(draft.tags)
  return draft
}

const told = ({ warnings }: Draft) => (warnings.length > 0 ? { ImportInfo: [], Warnings: [...warnings] } : {})

export const ImportApi = operation(ImportApiCommand, {
  access: on("PUT", () => "/apis"),
  async handle(input, context) {
    const draft = await settledDraft(input, context)
    const { store, clock, endpoint, account, region } = context
    const api: Api = {
      apiId: newApiId(),
      account,
      region,
      body: {
        ProtocolType: "HTTP",
        RouteSelectionExpression: "$request.method $request.path",
        ApiKeySelectionExpression: "$request.header.x-api-key",
        DisableExecuteApiEndpoint: false,
        IpAddressType: "ipv4",
        ...draft.settings,
        Tags: draft.tags,
        createdAt: clock.now(),
      },
    }
    await store.transact(async (tx) => {
      if ((await countApis(tx, context)) >= APIS_AT_MOST) throw tooManyInAccount("APIs")
      await putApi(tx, api)
      await applyDraft(tx, api, draft)
    })
    return { ...showApi(endpoint, api), ...told(draft) }
  },
})

/** What there was of the API goes, but its stages (API reference, "ReimportApi": it is overwritten). */
export const ReimportApi = operation(ReimportApiCommand, {
  access: on("PUT", apiPath),
  async handle(input, context) {
    const draft = await settledDraft(input, context)
    const api = await editApi(context, input.ApiId, async (tx, found) => {
      if (found.body.ProtocolType !== "HTTP") throw isNotOf("Importing a definition", found.body.ProtocolType)
      const { CorsConfiguration: _, Description: __, Version: ___, ...kept } = found.body
      const changed: Api = {
        ...found,
        body: { ...kept, ...draft.settings, Tags: { ...kept.Tags, ...draft.tags } },
      }
      await clearParts(tx, changed)
      await putApi(tx, changed)
      await applyDraft(tx, changed, draft)
      return changed
    })
    return { ...showApi(context.endpoint, api), ...told(draft) }
  },
})
