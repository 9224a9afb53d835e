import {
  ListAccountsForParentCommand,
  ListChildrenCommand,
  ListParentsCommand,
  ListRootsCommand,
  MoveAccountCommand,
} from "@aws-sdk/client-organizations"
import { operation } from "../../operation.ts"
import type { Reading } from "../../store/store.ts"
import { findMember, listMembersBelow, moveMember } from "./account-record.ts"
import { describeAccount } from "./accounts.ts"
import { partialArn, rootArn } from "./arns.ts"
import {
  accountNotFound,
  alreadyThere,
  childNotFound,
  destinationNotFound,
  parentNotFound,
  sourceNotFound,
} from "./errors.ts"
import { getManagedOrganization, type OrganizationRecord } from "./organization.ts"
import { listPage } from "./paging.ts"
import { findParentId, findUnit, listUnitsBelow } from "./unit-record.ts"

export const ListRoots = operation(ListRootsCommand, {
  access: () => ({ resource: "*" }),
  handle: (_input, { store, account }) =>
    store.read(async (tx) => {
      const organization = await getManagedOrganization(tx, account)
      const { rootId } = organization
      return { Roots: [{ Id: rootId, Arn: rootArn(organization, rootId), Name: "Root", PolicyTypes: [] }] }
    }),
})

/** Of an account or a unit: one. */
export const ListParents = operation(ListParentsCommand, {
  access: ({ ChildId }, { account }) => ({ resource: partialArn(account, ChildId) }),
  handle: ({ ChildId }, { store, account }) =>
    store.read(async (tx) => {
      const { id, rootId } = await getManagedOrganization(tx, account)
      const child = await (ChildId.startsWith("ou-") ? findUnit : findMember)(tx, id, ChildId)
      if (!child) throw childNotFound()
      const parent =
        child.parentId === ""
          ? { Id: rootId, Type: "ROOT" as const }
          : { Id: child.parentId, Type: "ORGANIZATIONAL_UNIT" as const }
      return { Parents: [parent] }
    }),
})

async function getParentId(tx: Reading, organization: OrganizationRecord, parent: string): Promise<string> {
  const parentId = await findParentId(tx, organization, parent)
  if (parentId === undefined) throw parentNotFound()
  return parentId
}

export const ListChildren = operation(ListChildrenCommand, {
  access: ({ ParentId }, { account }) => ({ resource: partialArn(account, ParentId) }),
  handle: ({ ParentId, ChildType, ...input }, { store, account, masterKey }) =>
    store.read(async (tx) => {
      const organization = await getManagedOrganization(tx, account)
      const orgId = organization.id
      const parentId = await getParentId(tx, organization, ParentId)
      const { items, ...more } = await listPage(masterKey, `ListChildren ${ChildType} ${ParentId}`, input, {
        load: async (after, limit) =>
          ChildType === "ACCOUNT"
            ? (await listMembersBelow(tx, { orgId, parentId, after, limit })).map((member) => member.account)
            : (await listUnitsBelow(tx, { orgId, parentId, after, limit })).map(({ id }) => id),
        keyOf: (id) => id,
      })
      return { Children: items.map((Id) => ({ Id, Type: ChildType })), ...more }
    }),
})

export const ListAccountsForParent = operation(ListAccountsForParentCommand, {
  access: ({ ParentId }, { account }) => ({ resource: partialArn(account, ParentId) }),
  handle: ({ ParentId, ...input }, { store, account, masterKey }) =>
    store.read(async (tx) => {
      const organization = await getManagedOrganization(tx, account)
      const orgId = organization.id
      const parentId = await getParentId(tx, organization, ParentId)
      const { items, ...more } = await listPage(masterKey, `ListAccountsForParent ${ParentId}`, input, {
        load: (after, limit) => listMembersBelow(tx, { orgId, parentId, after, limit }),
        keyOf: (member) => member.account,
      })
      return { Accounts: items.map((member) => describeAccount(organization, member)), ...more }
    }),
})

/** The permission is needed on the account and on both of its parents (Service Authorization Reference). */
export const MoveAccount = operation(MoveAccountCommand, {
  access: ({ AccountId, SourceParentId, DestinationParentId }, { account }) =>
    [AccountId, SourceParentId, DestinationParentId].map((id) => ({ resource: partialArn(account, id) })),
  async handle({ AccountId, SourceParentId, DestinationParentId }, { store, account }) {
    await store.transact(async (tx) => {
      const organization = await getManagedOrganization(tx, account)
      const member = await findMember(tx, organization.id, AccountId)
      if (!member) throw accountNotFound()
      const source = await findParentId(tx, organization, SourceParentId)
      if (source !== member.parentId) throw sourceNotFound()
      const destination = await findParentId(tx, organization, DestinationParentId)
      if (destination === undefined) throw destinationNotFound()
      if (destination === source) throw alreadyThere()
      await moveMember(tx, AccountId, destination)
    })
    return {}
  },
})
