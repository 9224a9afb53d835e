import {
  CreateDocumentationVersionCommand,
  DeleteDocumentationVersionCommand,
  GetDocumentationVersionCommand,
  GetDocumentationVersionsCommand,
  type DocumentationVersion as Shown,
  UpdateDocumentationVersionCommand,
} from "@aws-sdk/client-api-gateway"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { on } from "../access.ts"
import { badRequest, conflict, documentationVersionNotFound } from "../errors.ts"
import { listRecords } from "../paging.ts"
import { applyPatch, type Rule } from "../patch.ts"
import { replaceText } from "../patch-rules.ts"
import { getRestApi } from "../rest-apis/get.ts"
import { getStage } from "../stages/operations.ts"
import { stages } from "../stages/record.ts"
import {
  type DocumentationVersion,
  documentationParts,
  documentationSnapshots,
  documentationVersions,
  isVersion,
} from "./record.ts"

const VERSIONS = "/restapis/{restApiId}/documentation/versions"
const VERSION = `${VERSIONS}/{documentationVersion}`

async function getVersion(tx: Reading, restApiId: string, version: string): Promise<DocumentationVersion> {
  const found = isVersion(version) ? await documentationVersions.read(tx, restApiId, version) : undefined
  if (!found) throw documentationVersionNotFound()
  return found
}

const show = (version: string, { description, createdAt }: DocumentationVersion): Shown => ({
  version,
  description,
  createdDate: new Date(createdAt),
})

/** A version is a snapshot of the parts; a stage that is named gets it. */
export const CreateDocumentationVersion = operation(CreateDocumentationVersionCommand, {
  access: on("POST", VERSIONS),
  async handle({ restApiId, documentationVersion: version, stageName, description }, context) {
    const now = context.clock.now()
    return context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      // UNVERIFIED texts.
      if (!isVersion(version)) throw badRequest("Invalid Documentation version specified")
      if (await documentationVersions.read(tx, restApiId, version))
        throw conflict("Documentation version already exists for this REST API")
      const record: DocumentationVersion = { description, createdAt: now }
      await documentationVersions.put(tx, restApiId, version, record)
      await documentationSnapshots.put(tx, restApiId, version, await documentationParts.all(tx, restApiId))
      if (stageName) {
        const stage = await getStage(tx, restApiId, stageName)
        await stages.put(tx, restApiId, stageName, { ...stage, documentationVersion: version, updatedAt: now })
      }
      return show(version, record)
    })
  },
})

export const GetDocumentationVersion = operation(GetDocumentationVersionCommand, {
  access: on("GET", VERSION),
  handle: ({ restApiId, documentationVersion }, context) =>
    context.store.read(async (tx) => {
      await getRestApi(tx, context, restApiId)
      return show(documentationVersion, await getVersion(tx, restApiId, documentationVersion))
    }),
})

export const GetDocumentationVersions = operation(GetDocumentationVersionsCommand, {
  access: on("GET", VERSIONS),
  handle: ({ restApiId, ...asked }, context) =>
    context.store.read(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const { items, ...next } = await listRecords(tx, context.masterKey, documentationVersions, restApiId, asked)
      return { items: items.map(({ id, record }) => show(id, record)), ...next }
    }),
})

/** API Reference, "Patch operations", UpdateDocumentationVersion. */
const RULES: readonly Rule<DocumentationVersion>[] = [replaceText("/description", "description")]

export const UpdateDocumentationVersion = operation(UpdateDocumentationVersionCommand, {
  access: on("PATCH", VERSION),
  async handle({ restApiId, documentationVersion, patchOperations }, context) {
    return context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const before = await getVersion(tx, restApiId, documentationVersion)
      const record = applyPatch<DocumentationVersion>(before, patchOperations, RULES, "listed")
      await documentationVersions.put(tx, restApiId, documentationVersion, record)
      return show(documentationVersion, record)
    })
  },
})

export const DeleteDocumentationVersion = operation(DeleteDocumentationVersionCommand, {
  access: on("DELETE", VERSION),
  async handle({ restApiId, documentationVersion }, context) {
    await context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      await getVersion(tx, restApiId, documentationVersion)
      await documentationVersions.remove(tx, restApiId, documentationVersion)
      await documentationSnapshots.remove(tx, restApiId, documentationVersion)
    })
    return {}
  },
})
