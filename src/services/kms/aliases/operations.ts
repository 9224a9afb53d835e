import {
  type AliasListEntry,
  CreateAliasCommand,
  DeleteAliasCommand,
  ListAliasesCommand,
  UpdateAliasCommand,
} from "@aws-sdk/client-kms"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { onKey } from "../access.ts"
import { ALIAS_NAME, type AliasAddress, aliasArn, type Home, keyArn, parseKeyName } from "../arns.ts"
import { aliasExists, aliasNotFound, invalid, invalidAliasName, limitExceeded } from "../errors.ts"
import { assertNotPendingDeletion, getKey, nameNotFound, readNamedKey } from "../keys/find.ts"
import { keyChanged } from "../keys/record.ts"
import { listPage } from "../paging.ts"
import { ALIAS_COLUMNS, type Alias, type AliasRow, aliasOf, deleteAlias, putAlias, readAlias } from "./record.ts"

/** Developer Guide, "Resource quotas": aliases of a key. */
const ALIASES_AT_MOST = 50
const PAGE = 50

const addressOf = (name: string, { account, region }: Home): AliasAddress => ({ account, region, name })

/** The resource that an alias is, beside the key that it stands for. */
const onAlias = (name: string, home: Home) => ({ resource: aliasArn(addressOf(name, home)) })

/** Customers' aliases: those of AWS can be neither made nor changed nor deleted. */
function parseName(name: string, home: Home): AliasAddress {
  if (!name.startsWith("alias/"))
    throw invalid(
      'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
    )
  if (!ALIAS_NAME.test(name)) throw invalidAliasName(`The alias name ${name} is not valid.`)
  if (name.startsWith("alias/aws/")) throw invalidAliasName("Aliases that begin with alias/aws/ are reserved.")
  return addressOf(name, home)
}

export const CreateAlias = operation(CreateAliasCommand, {
  access: ({ AliasName, TargetKeyId }, home) => [onAlias(AliasName, home), onKey(TargetKeyId, home)],
  async handle({ AliasName, TargetKeyId }, context) {
    const address = parseName(AliasName, context)
    const now = context.clock.now()
    await context.store.transact(async (tx) => {
      const key = await readTarget(tx, TargetKeyId, context)
      if (await readAlias(tx, address)) throw aliasExists(aliasArn(address))
      if (key.aliases.length >= ALIASES_AT_MOST) throw limitExceeded(`A key has at most ${ALIASES_AT_MOST} aliases.`)
      await putAlias(tx, { ...address, keyId: key.record.id, createdAt: now, updatedAt: now })
    })
    return {}
  },
})

export const UpdateAlias = operation(UpdateAliasCommand, {
  access: ({ AliasName, TargetKeyId }, home) => [onAlias(AliasName, home), onKey(TargetKeyId, home)],
  async handle({ AliasName, TargetKeyId }, context) {
    const address = parseName(AliasName, context)
    const before = await assertMayLeave(address, "kms:UpdateAlias", context)
    await context.store.transact(async (tx) => {
      const alias = await readSame(tx, before)
      const key = await readTarget(tx, TargetKeyId, context)
      const old = await readNamedKey(tx, alias.keyId, context)
      if (key.record.spec !== old.record.spec || key.record.usage !== old.record.usage)
        throw invalid("Alias can be updated only to a KMS key of the same type and key usage.")
      if (key.aliases.length >= ALIASES_AT_MOST) throw limitExceeded(`A key has at most ${ALIASES_AT_MOST} aliases.`)
      await putAlias(tx, { ...alias, keyId: key.record.id, updatedAt: context.clock.now() })
      await keyChanged(tx, alias.keyId)
    })
    return {}
  },
})

export const DeleteAlias = operation(DeleteAliasCommand, {
  access: ({ AliasName }, home) => onAlias(AliasName, home),
  async handle({ AliasName }, context) {
    const before = await assertMayLeave(parseName(AliasName, context), "kms:DeleteAlias", context)
    await context.store.transact(async (tx) => deleteAlias(tx, await readSame(tx, before)))
    return {}
  },
})

/** A key of the caller's own account: aliases stand for no other. */
async function readTarget(tx: Reading, keyId: string, home: Home) {
  const key = await readNamedKey(tx, keyId, home)
  if (key.record.account !== home.account) throw invalid("An alias stands for a key of its own account.")
  assertNotPendingDeletion(key)
  return key
}

/** The key that an alias stands for has its say in where the alias goes. */
async function assertMayLeave(address: AliasAddress, action: string, context: CallContext): Promise<Alias> {
  const alias = await context.store.read((tx) => readAlias(tx, address))
  if (!alias) throw aliasNotFound(aliasArn(address))
  await context.assertAllowed(onKey(keyArn({ ...address, id: alias.keyId }), context, { action }))
  return alias
}

/** The alias as it was when it was asked about. */
async function readSame(tx: Reading, before: Alias): Promise<Alias> {
  const alias = await readAlias(tx, before)
  if (alias?.keyId !== before.keyId) throw aliasNotFound(aliasArn(before))
  return alias
}

export const ListAliases = operation(ListAliasesCommand, {
  access: () => ({ resource: "*" }),
  async handle(input, context) {
    const { store, masterKey, account, region } = context
    const key = input.KeyId === undefined ? undefined : await getOwnKey(input.KeyId, context)
    const { items, paged } = await listPage(
      masterKey,
      `ListAliases ${account} ${region} ${key?.record.id ?? ""}`,
      { Limit: PAGE, ...input },
      {
        load: (after, limit) =>
          store.read(async (tx) => {
            const rows = key
              ? await tx.all<AliasRow>(
                  `SELECT ${ALIAS_COLUMNS} FROM kms_aliases WHERE key_id = $1 AND name > $2 ORDER BY name LIMIT $3`,
                  key.record.id,
                  after,
                  limit,
                )
              : await tx.all<AliasRow>(
                  `SELECT ${ALIAS_COLUMNS} FROM kms_aliases WHERE account = $1 AND region = $2 AND name > $3
                   ORDER BY name LIMIT $4`,
                  account,
                  region,
                  after,
                  limit,
                )
            return rows.map(aliasOf)
          }),
        keyOf: ({ name }) => name,
      },
    )
    return { Aliases: items.map(describe), ...paged }
  },
})

/** Nobody has been asked about keys of other accounts. */
async function getOwnKey(keyId: string, context: CallContext) {
  const name = parseKeyName(keyId, context)
  if (name.account !== context.account) throw nameNotFound(name)
  return getKey(keyId, context)
}

const describe = (alias: Alias): AliasListEntry => ({
  AliasName: alias.name,
  AliasArn: aliasArn(alias),
  TargetKeyId: alias.keyId,
  CreationDate: new Date(alias.createdAt),
  LastUpdatedDate: new Date(alias.updatedAt),
})
