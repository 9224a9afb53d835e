import {
  DeleteProvisionedConcurrencyConfigCommand,
  GetProvisionedConcurrencyConfigCommand,
  ListProvisionedConcurrencyConfigsCommand,
  PutProvisionedConcurrencyConfigCommand,
} from "@aws-sdk/client-lambda"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { onFunction, onWholeFunction } from "../access.ts"
import { readAlias } from "../aliases/record.ts"
import { functionArn } from "../arns.ts"
import { aliasNotFound, functionNotFound } from "../errors.ts"
import { getFunction, readFunction } from "../functions/find.ts"
import { type Addressed, addressed } from "../functions/name.ts"
import { versionNumber } from "../functions/qualifiers.ts"
import { type FunctionRecord, LATEST } from "../functions/record.ts"
import { readVersion } from "../functions/versions.ts"
import { listPage } from "../paging.ts"
import { ACCOUNT_EXECUTIONS, keepExecutions, keptByOthers, LEAST_UNRESERVED, readProvisioned } from "./account.ts"
import {
  aliasOrVersionNeeded,
  moreThanReserved,
  moreThanUnreserved,
  provisionedConfigNotFound,
  tooFewUnreserved,
  unpublishedNotProvisioned,
  versionAlreadyProvisioned,
  versionProvisionedByAlias,
} from "./errors.ts"
import { enqueueProvision } from "./provision-work.ts"
import {
  ALL,
  listProvisions,
  type Provisioned,
  type ProvisionedBody,
  putProvision,
  readProvision,
  removeProvision,
} from "./provisioned-record.ts"

export const PutProvisionedConcurrencyConfig = operation(PutProvisionedConcurrencyConfigCommand, {
  access: onFunction,
  async handle({ ProvisionedConcurrentExecutions: requested, ...named }, context) {
    const { store, work, clock } = context
    const address = addressed(named, context)
    const qualifier = address.qualifier ?? named.Qualifier
    if (versionNumber(qualifier) === LATEST) throw unpublishedNotProvisioned()
    const now = clock.now()
    const body = await store.transact(async (tx) => {
      const { record, version } = await findPlace(tx, address)
      await assertFree(tx, record, qualifier, version)
      await assertMayKeep(tx, record, qualifier, requested)
      const made: ProvisionedBody = { requested, allocated: 0, status: "IN_PROGRESS", version, lastModified: now }
      await putProvision(tx, { functionId: record.id, qualifier, body: made })
      await keepExecutions(tx, record, qualifier, requested)
      await enqueueProvision(work, tx, record, qualifier, version)
      return made
    })
    return showProvision(body)
  },
})

export const GetProvisionedConcurrencyConfig = operation(GetProvisionedConcurrencyConfigCommand, {
  access: onFunction,
  async handle(input, context) {
    const address = addressed(input, context)
    const found = await context.store.read((tx) => findProvision(tx, address))
    if (!found) throw provisionedConfigNotFound()
    return showProvision(found.body)
  },
})

export const DeleteProvisionedConcurrencyConfig = operation(DeleteProvisionedConcurrencyConfigCommand, {
  access: onFunction,
  async handle(input, context) {
    const { store, work } = context
    const address = addressed(input, context)
    await store.transact(async (tx) => {
      const found = await findProvision(tx, address)
      if (!found) return
      const { functionId, qualifier, body } = found
      const record = await getFunction(tx, address)
      await removeProvision(tx, functionId, qualifier)
      await keepExecutions(tx, record, qualifier, 0)
      await enqueueProvision(work, tx, record, qualifier, body.version)
    })
    return {}
  },
})

export const ListProvisionedConcurrencyConfigs = operation(ListProvisionedConcurrencyConfigsCommand, {
  access: onWholeFunction,
  async handle(input, context) {
    const { store, masterKey } = context
    const { qualifier: _, ...name } = addressed({ FunctionName: input.FunctionName }, context)
    const { items, ...next } = await store.read(async (tx) => {
      const record = await getFunction(tx, name)
      return listPage(masterKey, `lambda provisioned ${record.id}`, input, {
        load: (after, limit) => listProvisions(tx, record.id, after, limit),
        keyOf: ({ qualifier }) => qualifier,
      })
    })
    return {
      ProvisionedConcurrencyConfigs: items.map(({ qualifier, body }) => ({
        FunctionArn: functionArn(name, qualifier),
        ...showProvision(body),
      })),
      ...next,
    }
  },
})

/** The version that a version's number or an alias leads to. Throws 404 in the words for each (recorded 2025-11). */
async function findPlace(
  tx: Reading,
  { qualifier = "", ...name }: Addressed,
): Promise<{ record: FunctionRecord; version: number }> {
  const arn = functionArn(name, qualifier)
  const record = await readFunction(tx, name)
  const number = versionNumber(qualifier)
  const found =
    record && (number === undefined ? await readAlias(tx, record.id, qualifier) : await readVersion(tx, record, number))
  if (!record || !found) throw number === undefined ? aliasNotFound(arn) : functionNotFound(arn)
  return { record, version: found.version }
}

async function findProvision(tx: Reading, address: Addressed): Promise<Provisioned | undefined> {
  const { qualifier } = address
  if (qualifier === undefined || versionNumber(qualifier) === LATEST) throw aliasOrVersionNeeded()
  const { record } = await findPlace(tx, address)
  return readProvision(tx, record.id, qualifier)
}

/** A version is kept warm under one name. */
async function assertFree(tx: Reading, record: FunctionRecord, qualifier: string, version: number): Promise<void> {
  const isAlias = versionNumber(qualifier) === undefined
  for (const other of await listProvisions(tx, record.id, "", ALL)) {
    if (other.qualifier === qualifier) continue
    const otherIsAlias = versionNumber(other.qualifier) === undefined
    const leadsTo = otherIsAlias ? (await readAlias(tx, record.id, other.qualifier))?.version : Number(other.qualifier)
    if (leadsTo !== version) continue
    throw isAlias ? versionAlreadyProvisioned() : versionProvisionedByAlias()
  }
}

async function assertMayKeep(tx: Reading, record: FunctionRecord, qualifier: string, requested: number): Promise<void> {
  let provisioned = requested
  for (const [other, executions] of await readProvisioned(tx, record.id))
    if (other !== qualifier) provisioned += executions
  const { reservedConcurrency } = record.body
  if (reservedConcurrency !== undefined) {
    if (provisioned > reservedConcurrency) throw moreThanReserved()
    return
  }
  const unreserved = ACCOUNT_EXECUTIONS - (await keptByOthers(tx, record, record.id))
  if (provisioned > unreserved) throw moreThanUnreserved(unreserved)
  if (unreserved - provisioned < LEAST_UNRESERVED) throw tooFewUnreserved("ConcurrentExecutions", LEAST_UNRESERVED)
}

const showProvision = ({ requested, allocated, status, statusReason, lastModified }: ProvisionedBody) => ({
  RequestedProvisionedConcurrentExecutions: requested,
  AvailableProvisionedConcurrentExecutions: allocated,
  AllocatedProvisionedConcurrentExecutions: allocated,
  Status: status,
  ...(statusReason !== undefined && { StatusReason: statusReason }),
  // As in the User Guide of the AWS CLI: to the second.
  LastModified: new Date(lastModified).toISOString().replace(/\.\d+Z$/, "+0000"),
})
