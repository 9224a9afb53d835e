import {
  type GrantListEntry,
  ListGrantsCommand,
  ListRetirableGrantsCommand,
  RetireGrantCommand,
  RevokeGrantCommand,
} from "@aws-sdk/client-kms"
import type { Deps } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import { compile } from "../../../policy/index.ts"
import type { Reading } from "../../../store/store.ts"
import { showPrincipals } from "../../iam/service.ts"
import { type KeyRequirement, onKey } from "../access.ts"
import { keyArn } from "../arns.ts"
import { dryRun, grantNotFound, invalid, invalidGrantId } from "../errors.ts"
import { getKey } from "../keys/find.ts"
import { listPage } from "../paging.ts"
import { isService, principalId } from "./create.ts"
import { deleteGrant, type Grant, listGrants, readGrant } from "./record.ts"
import { parseGrantToken } from "./tokens.ts"

const PAGE = 50

export const ListGrants = operation(ListGrantsCommand, {
  access: ({ KeyId }, home) => onKey(KeyId, home),
  async handle(input, context) {
    const { store, masterKey } = context
    const { record } = await getKey(input.KeyId, context)
    const grantee =
      input.GranteePrincipal === undefined
        ? input.GranteeServicePrincipal
        : await store.read((tx) => principalId(tx, input.GranteePrincipal!))
    const where = {
      key_id: record.id,
      ...(grantee !== undefined && { grantee }),
      ...(input.GrantId !== undefined && { grant_id: input.GrantId }),
    }
    return listing({ store, masterKey }, `ListGrants ${JSON.stringify(where)}`, input, where)
  },
})

export const ListRetirableGrants = operation(ListRetirableGrantsCommand, {
  access: () => ({ resource: "*" }),
  async handle(input, { store, masterKey, account, region }) {
    if ((input.RetiringPrincipal === undefined) === (input.RetiringServicePrincipal === undefined))
      throw invalid("Specify either RetiringPrincipal or RetiringServicePrincipal.")
    const retiring =
      input.RetiringServicePrincipal ?? (await store.read((tx) => principalId(tx, input.RetiringPrincipal!)))
    const where = { account, region, retiring }
    return listing({ store, masterKey }, `ListRetirableGrants ${JSON.stringify(where)}`, input, where)
  },
})

async function listing(
  { store, masterKey }: Pick<Deps, "store" | "masterKey">,
  list: string,
  input: { Limit?: number | undefined; Marker?: string | undefined },
  where: Parameters<typeof listGrants>[1],
) {
  const { items, paged } = await listPage(
    masterKey,
    list,
    { Limit: PAGE, ...input },
    { load: (after, limit) => store.read((tx) => listGrants(tx, where, after, limit)), keyOf: ({ id }) => id },
  )
  const Grants = await store.read(async (tx) => {
    const told: GrantListEntry[] = []
    for (const grant of items) told.push(await describe(tx, grant))
    return told
  })
  return { Grants, ...paged }
}

async function describe(tx: Reading, grant: Grant): Promise<GrantListEntry> {
  const show = async (AWS: string): Promise<string> =>
    JSON.parse(await showPrincipals(tx, JSON.stringify({ Statement: [{ Principal: { AWS } }] }))).Statement[0].Principal
      .AWS
  return {
    KeyId: keyArn({ account: grant.account, region: grant.region, id: grant.keyId }),
    GrantId: grant.id,
    ...(grant.name !== "" && { Name: grant.name }),
    CreationDate: new Date(grant.createdAt),
    ...(grant.granteeIsService
      ? { GranteeServicePrincipal: grant.grantee }
      : { GranteePrincipal: await show(grant.grantee) }),
    ...(grant.retiring !== "" &&
      (isService(grant.retiring)
        ? { RetiringServicePrincipal: grant.retiring }
        : { RetiringPrincipal: await show(grant.retiring) })),
    IssuingAccount: grant.issuer,
    Operations: [...grant.operations],
    ...(grant.constraints && { Constraints: grant.constraints }),
  }
}

export const RevokeGrant = operation(RevokeGrantCommand, {
  access: ({ KeyId }, home) => onKey(KeyId, home),
  async handle({ KeyId, GrantId, DryRun }, context) {
    const { record } = await getKey(KeyId, context)
    await removeGrant(context, record.id, GrantId, DryRun)
    return {}
  },
})

/**
 * Its retiring principal may retire a grant, its grantee where the grant says so, and whom the key's policy lets: all by
 * what the grant is, which is not known before it is read (API Reference, RetireGrant).
 */
export const RetireGrant = operation(RetireGrantCommand, {
  access: () => [],
  async handle({ GrantToken, KeyId, GrantId, DryRun }, context) {
    const { store, masterKey } = context
    if (GrantToken === undefined && (KeyId === undefined || GrantId === undefined))
      throw invalid("Specify either GrantToken, or KeyId and GrantId.")
    const id = GrantToken === undefined ? GrantId! : parseGrantToken(masterKey, GrantToken)
    const grant = await store.read((tx) => readGrant(tx, id))
    if (!grant && KeyId === undefined) throw grantNotFound(id)
    const arn = grant ? keyArn({ ...grant, id: grant.keyId }) : (await getKey(KeyId ?? "", context)).arn
    await context.assertAllowed(toRetire(arn, grant, context))
    if (!grant || (KeyId !== undefined && (await getKey(KeyId, context)).record.id !== grant.keyId))
      throw grantNotFound(id)
    await removeGrant(context, grant.keyId, id, DryRun)
    return {}
  },
})

function toRetire(arn: string, grant: Grant | undefined, home: { account: string; region: string }): KeyRequirement {
  const requirement = onKey(arn, home, {
    action: "kms:RetireGrant",
    encryptionContext: grant?.constraints?.EncryptionContextEquals ?? grant?.constraints?.EncryptionContextSubset,
  })
  if (!grant || grant.retiring === "") return requirement
  const statement = { Effect: "Allow", Principal: { AWS: grant.retiring }, Action: "kms:RetireGrant", Resource: "*" }
  const mayRetire = compile({ Version: "2012-10-17", Statement: statement }, { name: `grant ${grant.id}, retiring` })
  return { ...requirement, furtherGrants: [mayRetire] }
}

const removeGrant = ({ store }: Pick<Deps, "store">, keyId: string, id: string, DryRun: boolean | undefined) =>
  store.transact(async (tx) => {
    if (!/^[0-9a-f]{64}$/.test(id)) throw invalidGrantId(id)
    const grant = await readGrant(tx, id)
    if (grant?.keyId !== keyId) throw grantNotFound(id)
    if (DryRun) throw dryRun()
    await deleteGrant(tx, grant)
  })
