import {
  CreateAccountCommand,
  type CreateAccountStatus,
  DescribeCreateAccountStatusCommand,
  ListCreateAccountStatusCommand,
} from "@aws-sdk/client-organizations"
import { requestTagContext } from "../../authorization/request-tags.ts"
import { DIGITS, LOWER, randomText } from "../../base/random.ts"
import type { CallContext } from "../../call.ts"
import { operation } from "../../operation.ts"
import type { Reading, Writing } from "../../store/store.ts"
import { createOrganizationAccountAccessRole } from "../iam/service.ts"
import { isAccountTaken, isEmailTaken, putMember } from "./account-record.ts"
import { requestNotFound } from "./errors.ts"
import { getManagedOrganization } from "./organization.ts"
import { listPage } from "./paging.ts"
import { assertTags, putTags } from "./tags.ts"

/** A request for an account. Times are milliseconds since the epoch. */
interface AccountRequest {
  id: string
  accountName: string
  state: "IN_PROGRESS" | "SUCCEEDED" | "FAILED"
  requestedAt: number
  completedAt?: number
  account?: string
  failureReason?: "EMAIL_ALREADY_EXISTS" | "INTERNAL_FAILURE"
}

/** A node that stopped in the middle leaves a request behind, which has failed after this. */
const PROGRESS_MILLISECONDS = 60_000

async function putRequest(tx: Writing, orgId: string, request: AccountRequest): Promise<void> {
  await tx.run(
    `INSERT INTO org_account_requests (org_id, request_id, body) VALUES ($1, $2, $3)
     ON CONFLICT (org_id, request_id) DO UPDATE SET body = excluded.body`,
    orgId,
    request.id,
    JSON.stringify(request),
  )
}

async function listRequests(tx: Reading, orgId: string, after: string, limit: number): Promise<AccountRequest[]> {
  const rows = await tx.all<{ body: string }>(
    "SELECT body FROM org_account_requests WHERE org_id = $1 AND request_id > $2 ORDER BY request_id LIMIT $3",
    orgId,
    after,
    limit,
  )
  return rows.map(({ body }) => JSON.parse(body))
}

function describe(kept: AccountRequest, now: number): CreateAccountStatus {
  const isStuck = kept.state === "IN_PROGRESS" && now - kept.requestedAt > PROGRESS_MILLISECONDS
  const request: AccountRequest = isStuck
    ? {
        ...kept,
        state: "FAILED",
        failureReason: "INTERNAL_FAILURE",
        completedAt: kept.requestedAt + PROGRESS_MILLISECONDS,
      }
    : kept
  return {
    Id: request.id,
    AccountName: request.accountName,
    State: request.state,
    RequestedTimestamp: new Date(request.requestedAt),
    ...(request.completedAt !== undefined && { CompletedTimestamp: new Date(request.completedAt) }),
    ...(request.account !== undefined && { AccountId: request.account }),
    ...(request.failureReason && { FailureReason: request.failureReason }),
  }
}

/**
 * Makes an account, and in it the role by which its owner gets in. As on AWS the answer is that it is under way: what
 * came of it, DescribeCreateAccountStatus tells.
 */
export const CreateAccount = operation(CreateAccountCommand, {
  access: ({ Tags }) => {
    const create = { resource: "*", context: requestTagContext(Tags) }
    return Tags?.length ? [create, { ...create, action: "organizations:TagResource" }] : create
  },
  async handle({ Email, AccountName, RoleName, Tags = [] }, context) {
    const { store, account: management, clock } = context
    assertTags(Tags)
    const request: AccountRequest = {
      id: `car-${randomText(LOWER + DIGITS, 32)}`,
      accountName: AccountName,
      state: "IN_PROGRESS",
      requestedAt: clock.now(),
    }
    const candidates = Array.from({ length: 8 }, () => randomText(DIGITS, 12))
    const email = Email.toLowerCase()
    const started = await store.transact(async (tx) => {
      const organization = await getManagedOrganization(tx, management)
      const orgId = organization.id
      if (await isEmailTaken(tx, email)) {
        const failed = {
          state: "FAILED",
          failureReason: "EMAIL_ALREADY_EXISTS",
          completedAt: request.requestedAt,
        } as const
        await putRequest(tx, orgId, { ...request, ...failed })
        return { orgId }
      }
      let account: string | undefined
      for (const candidate of candidates) if (!(await isAccountTaken(tx, candidate))) account ??= candidate
      const joining = { joinedMethod: "CREATED", joinedAt: request.requestedAt, parentId: "" } as const
      await putMember(tx, { account: account!, orgId, email, name: AccountName, ...joining })
      await putTags(tx, account!, Tags)
      await putRequest(tx, orgId, request)
      return { orgId, account: account! }
    })
    if (started.account !== undefined) await furnish(context, started.orgId, request, started.account, RoleName)
    return { CreateAccountStatus: describe(request, request.requestedAt) }
  },
})

async function furnish(
  context: CallContext,
  orgId: string,
  request: AccountRequest,
  account: string,
  RoleName: string | undefined,
): Promise<void> {
  await createOrganizationAccountAccessRole(context, account, context.account, RoleName)
  const completedAt = context.clock.now()
  await context.store.transact((tx) => putRequest(tx, orgId, { ...request, state: "SUCCEEDED", account, completedAt }))
}

export const DescribeCreateAccountStatus = operation(DescribeCreateAccountStatusCommand, {
  access: () => ({ resource: "*" }),
  handle: ({ CreateAccountRequestId }, { store, account, clock }) =>
    store.read(async (tx) => {
      const { id } = await getManagedOrganization(tx, account)
      const row = await tx.get<{ body: string }>(
        "SELECT body FROM org_account_requests WHERE org_id = $1 AND request_id = $2",
        id,
        CreateAccountRequestId,
      )
      if (!row) throw requestNotFound()
      return { CreateAccountStatus: describe(JSON.parse(row.body), clock.now()) }
    }),
})

/** A page may have less than it has room for, and another one follow it (API Reference: "even when there are more results
 * available"): the states are looked for among as many requests as a page has room for. */
export const ListCreateAccountStatus = operation(ListCreateAccountStatusCommand, {
  access: () => ({ resource: "*" }),
  handle: ({ States = [], MaxResults, NextToken }, { store, account, clock, masterKey }) =>
    store.read(async (tx) => {
      const { id } = await getManagedOrganization(tx, account)
      const wanted = (status: CreateAccountStatus) => States.length === 0 || States.includes(status.State!)
      const list = `ListCreateAccountStatus ${id} ${[...States].sort()}`
      const { items, NextToken: next } = await listPage(
        masterKey,
        list,
        { MaxResults, NextToken },
        {
          load: (after, limit) => listRequests(tx, id, after, limit),
          keyOf: (request) => request.id,
        },
      )
      const statuses = items.map((one) => describe(one, clock.now())).filter(wanted)
      return { CreateAccountStatuses: statuses, ...(next && { NextToken: next }) }
    }),
})
