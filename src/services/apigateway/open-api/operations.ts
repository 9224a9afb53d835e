import { ImportRestApiCommand, PutRestApiCommand } from "@aws-sdk/client-api-gateway"
import type { Requirement } from "../../../authorization/requirement.ts"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import type { Writing } from "../../../store/store.ts"
import { WireError } from "../../../wire/errors.ts"
import { on, passRole, setPolicy, toCreate } from "../access.ts"
import { badRequest, limitExceeded } from "../errors.ts"
import { newLongId } from "../ids.ts"
import { ownerOf } from "../owners.ts"
import { parsePolicy } from "../policy.ts"
import { resources } from "../resources/record.ts"
import { assertRestApi } from "../rest-apis/checks.ts"
import { putDefaults } from "../rest-apis/defaults.ts"
import { getRestApi } from "../rest-apis/get.ts"
import { MOST_APIS, type RestApi, restApis } from "../rest-apis/record.ts"
import { showRestApi } from "../rest-apis/show.ts"
import { assertTags } from "../tag-rules.ts"
import { applyDraft, clearParts } from "./apply.ts"
import type { Draft } from "./draft.ts"
import type { BasePathUse } from "./read.ts"
import { readApart } from "./read-apart.ts"

interface Input {
  /** Bytes, whatever the client's types may call it. */
  body: unknown
  parameters?: Record<string, string> | undefined
  failOnWarnings?: boolean | undefined
}

const draftOf = async ({ body, parameters }: Input): Promise<Draft> =>
  readApart(body as Uint8Array, basePathUse(parameters))

const USES: readonly BasePathUse[] = ["ignore", "prepend", "split"]

/** The query names it `basepath`. UNVERIFIED text. */
function basePathUse(parameters: Record<string, string> = {}): BasePathUse {
  const given = parameters.basepath ?? parameters.basePath ?? "ignore"
  const use = USES.find((one) => one === given)
  if (!use) throw badRequest(`Invalid basepath parameter specified: ${given}. Valid options are ${USES.join(",")}`)
  return use
}

/**
 * The definition, when its reader may do what it asks for: that is known only when it has been read, beside the main thread.
 * Whoever may not import at all is not told what is wrong with what they sent.
 */
async function readAdmitted(
  input: Input,
  context: CallContext,
  needs: (settings: Partial<Draft["settings"]>) => Requirement[],
): Promise<Draft> {
  const draft = await draftOf(input).catch((error: unknown) => {
    if (error instanceof WireError) return error
    throw error
  })
  const isRead = !(draft instanceof WireError)
  const requirements = isRead ? [...needs(draft.settings), ...passed(draft)] : needs({})
  for (const requirement of requirements) await context.assertAllowed(requirement)
  if (isRead) return draft
  throw draft
}

/** Roles that integrations and authorizers are given: who imports must be allowed to pass them. */
function passed(draft: Draft): Requirement[] {
  const roles = new Set<string | undefined>()
  for (const methods of draft.methods.values())
    for (const { methodIntegration } of methods.values()) roles.add(methodIntegration?.credentials)
  for (const { authorizerCredentials } of draft.authorizers.values()) roles.add(authorizerCredentials)
  return [...roles].flatMap(passRole)
}

/** UNVERIFIED text. */
function assertNoWarnings({ failOnWarnings }: Input, { warnings }: Draft): void {
  if (failOnWarnings && warnings.length > 0)
    throw badRequest(`Warnings found during import:\n${warnings.map((one) => `\t${one}`).join("\n")}`)
}

export const ImportRestApi = operation(ImportRestApiCommand, {
  // A policy may let in whoever tags what they make, and the tags stand in the definition.
  access: "anyPrincipal",
  async handle(input, context) {
    const draft = await readAdmitted(input, context, ({ tags, policy }) => [
      ...toCreate<{ tags?: Record<string, string> }>("/restapis")({ ...(tags && { tags }) }, context),
      ...(policy ? [setPolicy(context.region, "/restapis")] : []),
    ])
    assertNoWarnings(input, draft)
    // UNVERIFIED text.
    if (draft.name.trim() === "") throw badRequest("Unable to import: the title of the API is missing")
    const { store, account, region, clock } = context
    const [id, rootResourceId] = [newLongId(), newLongId()]
    return store.transact(async (tx) => {
      if ((await restApis.count(tx, ownerOf(context))) >= MOST_APIS) throw limitExceeded("APIs", "account")
      const types = (input.parameters?.endpointConfigurationTypes ?? "").split(",").filter((type) => type !== "")
      const blank: RestApi = {
        name: draft.name,
        createdAt: clock.now(),
        rootResourceId,
        apiKeySource: "HEADER",
        endpointTypes: types.length > 0 ? types : ["EDGE"],
        ipAddressType: "ipv4",
        disableExecuteApiEndpoint: false,
      }
      const record = await settled(tx, blank, draft, { account, region, restApiId: id })
      await putDefaults(tx, id, rootResourceId)
      await applyDraft(tx, id, draft, context)
      await restApis.put(tx, ownerOf(context), id, record)
      return { ...(await showRestApi(tx, id, record)), ...told(draft) }
    })
  },
})

/** `merge` keeps what the definition does not name, `overwrite` does not; ids of resources and the API's settings stay where they can. */
export const PutRestApi = operation(PutRestApiCommand, {
  access: on("PUT", "/restapis/{restApiId}"),
  async handle(input, context) {
    const { restApiId, mode = "merge" } = input
    const draft = await readAdmitted(input, context, ({ policy }) =>
      policy ? [setPolicy(context.region, `/restapis/${restApiId}`)] : [],
    )
    assertNoWarnings(input, draft)
    const { store, account, region } = context
    return store.transact(async (tx) => {
      const before = await getRestApi(tx, context, restApiId)
      if (mode === "overwrite") await overwrite(tx, restApiId, before)
      const named = mode === "overwrite" && draft.name.trim() !== "" ? { ...before, name: draft.name } : before
      const record = await settled(tx, named, draft, { account, region, restApiId })
      await applyDraft(tx, restApiId, draft, context)
      await restApis.put(tx, ownerOf(context), restApiId, record)
      return { ...(await showRestApi(tx, restApiId, record)), ...told(draft) }
    })
  },
})

async function overwrite(tx: Writing, restApiId: string, { rootResourceId }: RestApi): Promise<void> {
  await clearParts(tx, restApiId)
  const root = await resources.read(tx, restApiId, rootResourceId)
  if (!root) await putDefaults(tx, restApiId, rootResourceId)
}

const told = ({ warnings }: Draft) => (warnings.length > 0 ? { warnings: [...warnings] } : {})

/** An API with the settings of a definition, where it names them. */
async function settled(
  tx: Writing,
  before: RestApi,
  { settings: { policy, tags, ...settings } }: Draft,
  api: Pick<CallContext, "account" | "region"> & { restApiId: string },
): Promise<RestApi> {
  assertTags(tags)
  const record: RestApi = { ...before, ...settings, ...(tags && { tags: { ...before.tags, ...tags } }) }
  if (record.endpointTypes.includes("PRIVATE")) record.ipAddressType = "dualstack"
  if (policy !== undefined) record.policy = await parsePolicy(tx, policy, api)
  assertRestApi(record)
  return record
}
