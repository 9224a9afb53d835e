import {
  type AliasConfiguration,
  CreateAliasCommand,
  type CreateAliasRequest,
  DeleteAliasCommand,
  GetAliasCommand,
  ListAliasesCommand,
  UpdateAliasCommand,
} from "@aws-sdk/client-lambda"
import { operation, type Scope } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { onWholeFunction } from "../access.ts"
import { type FunctionName, functionArn } from "../arns.ts"
import { moveProvision } from "../concurrency/provision-work.ts"
import { aliasExists, aliasNotFound, aliasToUpdateNotFound, functionNotFound, revisionMismatch } from "../errors.ts"
import { getFunction, readFunction } from "../functions/find.ts"
import { addressed, type NamesFunction } from "../functions/name.ts"
import { removeQualified } from "../functions/owned.ts"
import { versionNumberOf } from "../functions/qualifiers.ts"
import { type FunctionRecord, versionName } from "../functions/record.ts"
import { readVersion } from "../functions/versions.ts"
import { listPage } from "../paging.ts"
import { type Alias, type AliasBody, listAliases, putAlias, readAlias, removeAlias } from "./record.ts"
import { assertRoutable, parseRouting } from "./routing.ts"

function showAlias(name: FunctionName, { name: alias, version, body }: Alias): AliasConfiguration {
  const { description, additional, revisionId } = body
  return {
    AliasArn: functionArn(name, alias),
    Name: alias,
    FunctionVersion: versionName(version),
    Description: description,
    RevisionId: revisionId,
    ...(additional && {
      RoutingConfig: { AdditionalVersionWeights: { [versionName(additional.version)]: additional.weight } },
    }),
  }
}

function unqualified(input: NamesFunction, scope: Scope): FunctionName {
  const { account, region, name } = addressed(input, scope)
  return { account, region, name }
}

/** Both versions must be there; they are told as they were named. */
async function assertVersions(
  tx: Reading,
  record: FunctionRecord,
  { version, body: { additional } }: Pick<Alias, "version"> & { body: Pick<AliasBody, "additional"> },
  named: Pick<CreateAliasRequest, "RoutingConfig"> & { FunctionVersion?: string | undefined },
): Promise<void> {
  const [weighted] = Object.keys(named.RoutingConfig?.AdditionalVersionWeights ?? {})
  for (const [number, name] of [
    [version, named.FunctionVersion],
    [additional?.version, weighted],
  ] as const)
    if (number !== undefined && !(await readVersion(tx, record, number)))
      throw functionNotFound(functionArn(record, name ?? versionName(number)))
}

export const CreateAlias = operation(CreateAliasCommand, {
  access: onWholeFunction,
  async handle(input, context) {
    const { Name, FunctionVersion, Description = "", RoutingConfig } = input
    const name = unqualified(input, context)
    const version = versionNumberOf(FunctionVersion)
    const additional = parseRouting(RoutingConfig, version)
    const alias = await context.store.transact(async (tx) => {
      const record = await readFunction(tx, name)
      // Recorded 2025-11: the version is named, of a function that is not there too.
      if (!record) throw functionNotFound(functionArn(name, FunctionVersion))
      await assertVersions(tx, record, { version, body: { ...(additional && { additional }) } }, input)
      if (await readAlias(tx, record.id, Name)) throw aliasExists(functionArn(name, Name))
      const body = { description: Description, revisionId: "", ...(additional && { additional }) }
      return putAlias(tx, { functionId: record.id, name: Name, version, body })
    })
    return showAlias(name, alias)
  },
})

export const GetAlias = operation(GetAliasCommand, {
  access: onWholeFunction,
  async handle(input, context) {
    const name = unqualified(input, context)
    const alias = await context.store.read(async (tx) => {
      const record = await readFunction(tx, name)
      return record && readAlias(tx, record.id, input.Name)
    })
    if (!alias) throw aliasNotFound(functionArn(name, input.Name))
    return showAlias(name, alias)
  },
})

export const UpdateAlias = operation(UpdateAliasCommand, {
  access: onWholeFunction,
  async handle(input, context) {
    const { Name, FunctionVersion, Description, RoutingConfig, RevisionId } = input
    const name = unqualified(input, context)
    const alias = await context.store.transact(async (tx) => {
      const record = await readFunction(tx, name)
      const found = record && (await readAlias(tx, record.id, Name))
      if (!found) throw aliasToUpdateNotFound(functionArn(name, Name))
      if (RevisionId !== undefined && RevisionId !== found.body.revisionId)
        throw revisionMismatch("GetFunction/GetAlias")
      const version = FunctionVersion === undefined ? found.version : versionNumberOf(FunctionVersion)
      const additional = RoutingConfig ? parseRouting(RoutingConfig, version) : found.body.additional
      assertRoutable(version, additional)
      await assertVersions(tx, record, { version, body: { ...(additional && { additional }) } }, input)
      const { additional: _, ...rest } = found.body
      const body = { ...rest, description: Description ?? rest.description, ...(additional && { additional }) }
      if (version !== found.version) await moveProvision(tx, context.work, record, Name)
      return putAlias(tx, { ...found, version, body })
    })
    return showAlias(name, alias)
  },
})

export const DeleteAlias = operation(DeleteAliasCommand, {
  access: onWholeFunction,
  async handle(input, context) {
    const name = unqualified(input, context)
    await context.store.transact(async (tx) => {
      const record = await getFunction(tx, name)
      // One that is not there is gone (recorded 2025-11).
      await removeAlias(tx, record.id, input.Name)
      await removeQualified(tx, record.id, input.Name)
    })
    return {}
  },
})

export const ListAliases = operation(ListAliasesCommand, {
  access: onWholeFunction,
  async handle(input, context) {
    const { store, masterKey } = context
    const name = unqualified(input, context)
    const version = input.FunctionVersion === undefined ? undefined : versionNumberOf(input.FunctionVersion)
    const record = await store.read((tx) => getFunction(tx, name))
    const { items, NextMarker } = await listPage(masterKey, `aliases ${record.id} ${version}`, input, {
      load: (after, limit) => store.read((tx) => listAliases(tx, record.id, after, limit, version)),
      keyOf: (alias) => alias.name,
    })
    const Aliases = items.map((alias) => showAlias(name, alias))
    return { Aliases, ...(NextMarker !== undefined && { NextMarker }) }
  },
})
