import {
  type Account,
  DescribeAccountCommand,
  LeaveOrganizationCommand,
  ListAccountsCommand,
  RemoveAccountFromOrganizationCommand,
} from "@aws-sdk/client-organizations"
import { operation } from "../../operation.ts"
import { findMember, listMembers, type Member, removeMember } from "./account-record.ts"
import { accountArn, partialArn } from "./arns.ts"
import { accountNotFound, managementStays } from "./errors.ts"
import { getManagedOrganization, getOrganizationOf, type OrganizationRecord } from "./organization.ts"
import { listPage } from "./paging.ts"

export const describeAccount = (
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

export const ListAccounts = operation(ListAccountsCommand, {
  access: () => ({ resource: "*" }),
  handle: (input, { store, account, masterKey }) =>
    store.read(async (tx) => {
      const organization = await getManagedOrganization(tx, account)
      const { items, ...more } = await listPage(masterKey, `ListAccounts ${organization.id}`, input, {
        load: (after, limit) => listMembers(tx, organization.id, after, limit),
        keyOf: (member) => member.account,
      })
      return { Accounts: items.map((member) => describeAccount(organization, member)), ...more }
    }),
})

export const DescribeAccount = operation(DescribeAccountCommand, {
  access: ({ AccountId }, { account }) => ({ resource: partialArn(account, AccountId) }),
  handle: ({ AccountId }, { store, account }) =>
    store.read(async (tx) => {
      const organization = await getManagedOrganization(tx, account)
      const member = await findMember(tx, organization.id, AccountId)
      if (!member) throw accountNotFound()
      return { Account: describeAccount(organization, member) }
    }),
})

/** AWS asks first for what an account needs to stand alone, a way of payment above all: here it needs nothing. */
export const RemoveAccountFromOrganization = operation(RemoveAccountFromOrganizationCommand, {
  access: ({ AccountId }, { account }) => ({ resource: partialArn(account, AccountId) }),
  async handle({ AccountId }, { store, account }) {
    await store.transact(async (tx) => {
      const { id, managementAccount } = await getManagedOrganization(tx, account)
      if (!(await findMember(tx, id, AccountId))) throw accountNotFound()
      if (AccountId === managementAccount) throw managementStays()
      await removeMember(tx, AccountId)
    })
    return {}
  },
})

export const LeaveOrganization = operation(LeaveOrganizationCommand, {
  access: () => ({ resource: "*" }),
  async handle(_input, { store, account }) {
    await store.transact(async (tx) => {
      const { managementAccount } = await getOrganizationOf(tx, account)
      if (account === managementAccount) throw managementStays()
      await removeMember(tx, account)
    })
    return {}
  },
})
