import {
  CreateOrganizationalUnitCommand,
  DeleteOrganizationalUnitCommand,
  DescribeOrganizationalUnitCommand,
  ListOrganizationalUnitsForParentCommand,
  type OrganizationalUnit,
  UpdateOrganizationalUnitCommand,
} from "@aws-sdk/client-organizations"
import { requestTagContext } from "../../authorization/request-tags.ts"
import { DIGITS, LOWER, randomText } from "../../base/random.ts"
import { operation } from "../../operation.ts"
import type { Reading } from "../../store/store.ts"
import { listMembersBelow } from "./account-record.ts"
import { partialArn, unitArn } from "./arns.ts"
import { parentNotFound, tooDeep, tooManyUnits, unitExists, unitNotEmpty, unitNotFound } from "./errors.ts"
import { getManagedOrganization, type OrganizationRecord } from "./organization.ts"
import { listPage } from "./paging.ts"
import { assertTags, putTags } from "./tags.ts"
import {
  countUnits,
  deleteUnit,
  depthOf,
  findParentId,
  findUnit,
  insertUnit,
  isNameTaken,
  listUnitsBelow,
  renameUnit,
  type Unit,
} from "./unit-record.ts"

/** Source: Organizations User Guide, "Quotas for AWS Organizations". */
const UNITS_AT_MOST = 2000
const LEVELS_AT_MOST = 5

const describe = (organization: OrganizationRecord, { id, name }: Unit): OrganizationalUnit => ({
  Id: id,
  Arn: unitArn(organization, id),
  Name: name,
})

async function getUnit(tx: Reading, { id }: OrganizationRecord, unitId: string): Promise<Unit> {
  const unit = await findUnit(tx, id, unitId)
  if (!unit) throw unitNotFound()
  return unit
}

export const CreateOrganizationalUnit = operation(CreateOrganizationalUnitCommand, {
  access: ({ ParentId, Tags }, { account }) => {
    const create = { resource: partialArn(account, ParentId), context: requestTagContext(Tags) }
    return Tags?.length ? [create, { ...create, action: "organizations:TagResource" }] : create
  },
  async handle({ ParentId, Name, Tags = [] }, { store, account }) {
    assertTags(Tags)
    const suffix = randomText(LOWER + DIGITS, 8)
    return store.transact(async (tx) => {
      const organization = await getManagedOrganization(tx, account)
      const { id: orgId, rootId } = organization
      const parentId = await findParentId(tx, organization, ParentId)
      if (parentId === undefined) throw parentNotFound()
      const unit: Unit = { id: `ou-${rootId.slice("r-".length)}-${suffix}`, orgId, parentId, name: Name }
      if (await isNameTaken(tx, unit)) throw unitExists()
      if ((await countUnits(tx, orgId)) >= UNITS_AT_MOST) throw tooManyUnits()
      if ((await depthOf(tx, orgId, parentId)) >= LEVELS_AT_MOST) throw tooDeep()
      await insertUnit(tx, unit)
      await putTags(tx, unit.id, Tags)
      return { OrganizationalUnit: describe(organization, unit) }
    })
  },
})

export const DescribeOrganizationalUnit = operation(DescribeOrganizationalUnitCommand, {
  access: ({ OrganizationalUnitId }, { account }) => ({ resource: partialArn(account, OrganizationalUnitId) }),
  handle: ({ OrganizationalUnitId }, { store, account }) =>
    store.read(async (tx) => {
      const organization = await getManagedOrganization(tx, account)
      return { OrganizationalUnit: describe(organization, await getUnit(tx, organization, OrganizationalUnitId)) }
    }),
})

export const UpdateOrganizationalUnit = operation(UpdateOrganizationalUnitCommand, {
  access: ({ OrganizationalUnitId }, { account }) => ({ resource: partialArn(account, OrganizationalUnitId) }),
  async handle({ OrganizationalUnitId, Name }, { store, account }) {
    return store.transact(async (tx) => {
      const organization = await getManagedOrganization(tx, account)
      const unit = await getUnit(tx, organization, OrganizationalUnitId)
      if (Name === undefined || Name === unit.name) return { OrganizationalUnit: describe(organization, unit) }
      const renamed = { ...unit, name: Name }
      if (await isNameTaken(tx, renamed)) throw unitExists()
      await renameUnit(tx, unit.id, Name)
      return { OrganizationalUnit: describe(organization, renamed) }
    })
  },
})

export const DeleteOrganizationalUnit = operation(DeleteOrganizationalUnitCommand, {
  access: ({ OrganizationalUnitId }, { account }) => ({ resource: partialArn(account, OrganizationalUnitId) }),
  async handle({ OrganizationalUnitId }, { store, account }) {
    await store.transact(async (tx) => {
      const { id, orgId } = await getUnit(tx, await getManagedOrganization(tx, account), OrganizationalUnitId)
      const below = { orgId, parentId: id, after: "", limit: 1 }
      const children = [...(await listMembersBelow(tx, below)), ...(await listUnitsBelow(tx, below))]
      if (children.length > 0) throw unitNotEmpty()
      await deleteUnit(tx, id)
    })
    return {}
  },
})

export const ListOrganizationalUnitsForParent = operation(ListOrganizationalUnitsForParentCommand, {
  access: ({ ParentId }, { account }) => ({ resource: partialArn(account, ParentId) }),
  handle: ({ ParentId, ...input }, { store, account, masterKey }) =>
    store.read(async (tx) => {
      const organization = await getManagedOrganization(tx, account)
      const orgId = organization.id
      const parentId = await findParentId(tx, organization, ParentId)
      if (parentId === undefined) throw parentNotFound()
      const { items, ...more } = await listPage(masterKey, `ListOrganizationalUnitsForParent ${ParentId}`, input, {
        load: (after, limit) => listUnitsBelow(tx, { orgId, parentId, after, limit }),
        keyOf: ({ id }) => id,
      })
      return { OrganizationalUnits: items.map((unit) => describe(organization, unit)), ...more }
    }),
})
