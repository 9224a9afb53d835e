import {
  type Account,
  DescribeAccountCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListChildrenCommand,
  ListParentsCommand,
  ListRootsCommand,
} from "@aws-sdk/client-organizations"
import type { CallContext } from "../../call.ts"
import { operation } from "../../operation.ts"
import type { Reading } from "../../store/store.ts"
import { findMember, listMembers, type Member } from "./account-record.ts"
import { accountArn, partialArn, rootArn } from "./arns.ts"
import { accountNotFound, childNotFound, parentNotFound } from "./errors.ts"
import { getManagedOrganization, type OrganizationRecord } from "./organization.ts"
import { listPage } from "./paging.ts"

const describe = (
  organization: OrganizationRecord,
  { account, email, name, joinedMethod, joinedAt }: Member,
): Account => ({
  Id: account,
  Arn: accountArn(organization, account),
  Email: email,
  Name: name,
  Status: "ACTIVE",
  State: "ACTIVE",
  JoinedMethod: joinedMethod,
  JoinedTimestamp: new Date(joinedAt),
})

interface PageInput {
  MaxResults?: number | undefined
  NextToken?: string | undefined
}

const listMemberPage = (
  tx: Reading,
  { masterKey }: CallContext,
  operationName: string,
  { id }: OrganizationRecord,
  input: PageInput,
) =>
  listPage(masterKey, `${operationName} ${id}`, input, {
    load: (after, limit) => listMembers(tx, id, after, limit),
    keyOf: ({ account }) => account,
  })

export const ListAccounts = operation(ListAccountsCommand, {
  access: () => ({ resource: "*" }),
  handle: (input, context) =>
    context.store.read(async (tx) => {
      const organization = await getManagedOrganization(tx, context.account)
      const { items, ...more } = await listMemberPage(tx, context, "ListAccounts", organization, input)
      return { Accounts: items.map((member) => describe(organization, member)), ...more }
    }),
})

export const DescribeAccount = operation(DescribeAccountCommand, {
  access: ({ AccountId }, { account }) => ({ resource: partialArn(account, AccountId) }),
  handle: ({ AccountId }, { store, account }) =>
    store.read(async (tx) => {
      const organization = await getManagedOrganization(tx, account)
      const member = await findMember(tx, organization.id, AccountId)
      if (!member) throw accountNotFound()
      return { Account: describe(organization, member) }
    }),
})

export const ListRoots = operation(ListRootsCommand, {
  access: () => ({ resource: "*" }),
  handle: (_input, { store, account }) =>
    store.read(async (tx) => {
      const organization = await getManagedOrganization(tx, account)
      const { rootId } = organization
      return { Roots: [{ Id: rootId, Arn: rootArn(organization, rootId), Name: "Root", PolicyTypes: [] }] }
    }),
})

/** Every account is right below the root: there are no organizational units. */
export const ListParents = operation(ListParentsCommand, {
  access: ({ ChildId }, { account }) => ({ resource: partialArn(account, ChildId) }),
  handle: ({ ChildId }, { store, account }) =>
    store.read(async (tx) => {
      const organization = await getManagedOrganization(tx, account)
      if (!(await findMember(tx, organization.id, ChildId))) throw childNotFound()
      return { Parents: [{ Id: organization.rootId, Type: "ROOT" as const }] }
    }),
})

export const ListChildren = operation(ListChildrenCommand, {
  access: ({ ParentId }, { account }) => ({ resource: partialArn(account, ParentId) }),
  handle: ({ ParentId, ChildType, ...input }, context) =>
    context.store.read(async (tx) => {
      const organization = await getManagedOrganization(tx, context.account)
      if (ParentId !== organization.rootId) throw parentNotFound()
      if (ChildType !== "ACCOUNT") return { Children: [] }
      const { items, ...more } = await listMemberPage(tx, context, "ListChildren", organization, input)
      return { Children: items.map(({ account }) => ({ Id: account, Type: "ACCOUNT" as const })), ...more }
    }),
})

export const ListAccountsForParent = operation(ListAccountsForParentCommand, {
  access: ({ ParentId }, { account }) => ({ resource: partialArn(account, ParentId) }),
  handle: ({ ParentId, ...input }, context) =>
    context.store.read(async (tx) => {
      const organization = await getManagedOrganization(tx, context.account)
      if (ParentId !== organization.rootId) throw parentNotFound()
      const { items, ...more } = await listMemberPage(tx, context, "ListAccountsForParent", organization, input)
      return { Accounts: items.map((member) => describe(organization, member)), ...more }
    }),
})
