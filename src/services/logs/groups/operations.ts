import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  type LogGroup,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs"
import { requestTagContext } from "../../../authorization/request-tags.ts"
import { listPage } from "../../../base/paging.ts"
import { operation } from "../../../operation.ts"
import { groupOf, onGroup } from "../access.ts"
import { groupArn, streamArn } from "../arns.ts"
import { invalidParameter, invalidToken, mayNotTag, notBuilt } from "../errors.ts"
import { assertTags } from "../tags.ts"
import { changeGroup, createGroup, deleteGroup, findGroup, type Group, listGroups } from "./record.ts"
import { assertRetention } from "./retention.ts"

export const CreateLogGroup = operation(CreateLogGroupCommand, {
  access: (input, scope) => ({ ...onGroup(input, scope), context: requestTagContext(input.tags) }),
  async handle({ tags = {}, ...input }, context) {
    if (input.kmsKeyId !== undefined) throw notBuilt("log groups that are encrypted with a key of KMS")
    if (input.deletionProtectionEnabled) throw notBuilt("deletion protection of log groups")
    const { logGroupClass = "STANDARD" } = input
    if (logGroupClass === "DELIVERY") throw notBuilt("log groups of the class DELIVERY")
    const name = groupOf({ logGroupName: input.logGroupName }, context)
    if (Object.keys(tags).length > 0) {
      // API Reference, CreateLogGroup: either permission will do.
      const asked = { resource: groupArn(name), context: requestTagContext(tags) }
      const may =
        (await context.isAllowed({ ...asked, action: "logs:TagResource" })) ||
        (await context.isAllowed({ ...asked, resource: streamArn(name), action: "logs:TagLogGroup" }))
      if (!may) throw mayNotTag(context.account)
      assertTags(tags)
    }
    const createdAt = context.clock.now()
    await context.store.transact((tx) => createGroup(tx, name, { createdAt, class: logGroupClass, tags }))
    return {}
  },
})

export const DeleteLogGroup = operation(DeleteLogGroupCommand, {
  access: onGroup,
  async handle(input, context) {
    await context.store.transact((tx) => deleteGroup(tx, context.work, groupOf(input, context)))
    return {}
  },
})

const PAGE = 50
/** Of groups that are looked at for a pattern in one call; who asks on gets the rest. */
const SCANNED_AT_ONCE = 500

export const DescribeLogGroups = operation(DescribeLogGroupsCommand, {
  // As recorded: the prefix is no part of what is asked (hashicorp/terraform-provider-aws #8804).
  access: (_, { account, region }) => ({ resource: streamArn({ account, region, name: "" }) }),
  async handle(input, { store, account, region, masterKey }) {
    const { logGroupNamePrefix = "", logGroupNamePattern, logGroupIdentifiers, limit = PAGE, nextToken } = input
    if (input.includeLinkedAccounts) throw notBuilt("log groups of linked accounts")
    if (logGroupNamePrefix !== "" && logGroupNamePattern !== undefined)
      throw invalidParameter("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
    const isAsked = ({ name, ...group }: Group) =>
      (logGroupNamePattern === undefined || name.includes(logGroupNamePattern)) &&
      (input.logGroupClass === undefined || group.class === input.logGroupClass)
    if (logGroupIdentifiers !== undefined) {
      const names = logGroupIdentifiers.map((logGroupIdentifier) =>
        groupOf({ logGroupIdentifier }, { account, region }),
      )
      const found = await Promise.all(
        names.map((name) => (name.account === account ? findGroup(store, name) : undefined)),
      )
      return { logGroups: found.filter((group) => group !== undefined && isAsked(group)).map((one) => describe(one!)) }
    }
    // What is looked through is bounded, and what is shown: a page that is searched may hold less than its limit.
    const isSearched = logGroupNamePattern !== undefined || input.logGroupClass !== undefined
    const { items, next } = await store.read((tx) =>
      listPage(
        masterKey,
        {
          list: `logs.groups ${account} ${region} ${logGroupNamePrefix} ${logGroupNamePattern}`,
          token: nextToken,
          limit: isSearched ? SCANNED_AT_ONCE : limit,
          invalidToken,
        },
        {
          load: (after, count) => listGroups(tx, { account, region, name: logGroupNamePrefix }, after, count),
          keyOf: ({ name }: Group) => name,
        },
      ),
    )
    return { logGroups: items.filter(isAsked).map(describe), ...(next !== undefined && { nextToken: next }) }
  },
})

/** AWS counts the bytes now and then; here nobody does, and a group tells of none. */
const describe = (group: Group): LogGroup => ({
  logGroupName: group.name,
  creationTime: group.createdAt,
  ...(group.retentionInDays !== undefined && { retentionInDays: group.retentionInDays }),
  metricFilterCount: 0,
  arn: `${groupArn(group)}:*`,
  storedBytes: 0,
  logGroupClass: group.class,
  logGroupArn: groupArn(group),
})

export const PutRetentionPolicy = operation(PutRetentionPolicyCommand, {
  access: onGroup,
  async handle({ logGroupName, retentionInDays }, context) {
    assertRetention(retentionInDays)
    await context.store.transact((tx) =>
      changeGroup(tx, groupOf({ logGroupName }, context), (group) => ({ ...group, retentionInDays })),
    )
    return {}
  },
})

export const DeleteRetentionPolicy = operation(DeleteRetentionPolicyCommand, {
  access: onGroup,
  async handle(input, context) {
    await context.store.transact((tx) =>
      changeGroup(tx, groupOf(input, context), ({ retentionInDays: _, ...group }) => group),
    )
    return {}
  },
})
