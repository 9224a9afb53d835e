import { ImportApiCommand, ReimportApiCommand } from "@aws-sdk/client-apigatewayv2"
import { operation } from "../../../operation.ts"
import { WireError } from "../../../wire/errors.ts"
import { apiPath, on, passRole } from "../access.ts"
import { assertCors } from "../apis/cors.ts"
import { editApi } from "../apis/edit.ts"
import { APIS_AT_MOST, type Api, countApis, putApi } from "../apis/record.ts"
import { showApi } from "../apis/show.ts"
import { badRequest, isNotOf, tooManyInAccount } from "../errors.ts"
import { newApiId } from "../ids.ts"
import { assertTags } from "../tags/limits.ts"
import { applyDraft, clearParts } from "./apply.ts"
import { type Draft, readDefinition } from "./read.ts"

interface Input {
  Body: string
  Basepath?: string | undefined
  FailOnWarnings?: boolean | undefined
}

/** Read once: for who may use the roles that it names, and for what it makes. The latest alone, by its text. */
let known: { body: string; basePath: string; draft: Draft } | undefined

function draftOf({ Body, Basepath = "ignore" }: Input): Draft {
  if (known?.body === Body && known.basePath === Basepath) return known.draft
  if (Basepath !== "ignore" && Basepath !== "prepend" && Basepath !== "split")
    throw badRequest(`Invalid basepath specified: ${Basepath}. Valid options are ignore, prepend, split`) // UNVERIFIED text
  const draft = readDefinition(Body, Basepath)
  known = { body: Body, basePath: Basepath, draft }
  return draft
}

/** Whoever may not import at all is not told what is wrong with what they sent. */
function passed(input: Input) {
  try {
    const { routes, authorizers } = draftOf(input)
    const roles = [
      ...routes.map(({ integration }) => integration?.CredentialsArn),
      ...[...authorizers.values()].map(({ AuthorizerCredentialsArn }) => AuthorizerCredentialsArn),
    ]
    return [...new Set(roles)].flatMap(passRole)
  } catch (error) {
    if (error instanceof WireError) return []
    throw error
  }
}

function settledDraft(input: Input): Draft {
  const draft = draftOf(input)
  known = undefined
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
  access: (input, scope) => [on("PUT", () => "/apis")(input, scope), ...passed(input)],
  async handle(input, context) {
    const draft = settledDraft(input)
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
  access: (input, scope) => [on<typeof input>("PUT", apiPath)(input, scope), ...passed(input)],
  async handle(input, context) {
    const draft = settledDraft(input)
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
