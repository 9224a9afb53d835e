import {
  CreateUserImportJobCommand,
  DescribeUserImportJobCommand,
  ListUserImportJobsCommand,
  type PasswordHashingAlgorithmType,
  StartUserImportJobCommand,
  StopUserImportJobCommand,
  type UserImportJobType,
} from "@aws-sdk/client-cognito-identity-provider"
import { DIGITS, LOWER, randomText, UPPER } from "../../../base/random.ts"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { onUserPool, onUserPoolPassing } from "../access.ts"
import { invalidParameter } from "../errors.ts"
import { listPage } from "../paging.ts"
import { getUserPool, type UserPool } from "../user-pools/record.ts"
import { jobNotFound, preconditionNotMet, tooManyJobs } from "./errors.ts"
import { countJobs, findJob, hasActiveJob, type ImportJob, listJobs, placeOf, putJob } from "./record.ts"
import { findRoleFault } from "./role.ts"
import { uploadUrl } from "./upload.ts"
import { EXPIRE, endJob, IMPORT, keyOf, STOPPED } from "./worker.ts"

/** Of one pool, counted for ever. Source: "Importing users from a CSV file", limits. */
const JOBS_AT_MOST = 1_000
/** What is not started by then expires. Source: UserImportJobType, Status: 24 to 48 hours. */
const EXPIRES_MILLISECONDS = 24 * 3_600_000

const ALGORITHMS: readonly PasswordHashingAlgorithmType[] = ["ARGON2ID", "BCRYPT", "PBKDF2_SHA256", "SCRYPT"]

const describeJob = (context: CallContext, job: ImportJob): UserImportJobType => ({
  JobName: job.name,
  JobId: job.id,
  UserPoolId: job.poolId,
  PreSignedUrl: uploadUrl(context, job),
  CreationDate: new Date(job.createdAt),
  ...(job.startedAt !== undefined && { StartDate: new Date(job.startedAt) }),
  ...(job.completedAt !== undefined && { CompletionDate: new Date(job.completedAt) }),
  Status: job.status,
  CloudWatchLogsRoleArn: job.roleArn,
  ImportedUsers: job.imported,
  SkippedUsers: job.skipped,
  FailedUsers: job.failed,
  ...(job.message !== undefined && { CompletionMessage: job.message }),
  ...(job.algorithm && { PasswordHashingAlgorithm: job.algorithm }),
})

export const CreateUserImportJob = operation(CreateUserImportJobCommand, {
  access: (input, scope) => onUserPoolPassing(input, input.CloudWatchLogsRoleArn, scope),
  async handle({ UserPoolId, JobName, CloudWatchLogsRoleArn, PasswordHashingAlgorithm: algorithm }, context) {
    const { store, clock, work } = context
    const pool = await getUserPool(UserPoolId, context)
    if (algorithm !== undefined && !ALGORITHMS.includes(algorithm))
      throw invalidParameter(
        `1 validation error detected: Value '${algorithm}' at 'passwordHashingAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [${ALGORITHMS.join(", ")}]`,
      )
    const createdAt = clock.now()
    const job: ImportJob = {
      poolId: pool.id,
      id: `import-${randomText(UPPER + LOWER + DIGITS, 10)}`,
      account: pool.account,
      name: JobName,
      roleArn: CloudWatchLogsRoleArn,
      ...(algorithm && { algorithm }),
      status: "Created",
      createdAt,
      imported: 0,
      skipped: 0,
      failed: 0,
    }
    await assertRole(context, pool, job)
    await store.transact(async (tx) => {
      if ((await countJobs(tx, pool.id)) >= JOBS_AT_MOST) throw tooManyJobs()
      await putJob(tx, job)
      await work.enqueue(tx, { kind: EXPIRE, key: keyOf(job), dueAt: createdAt + EXPIRES_MILLISECONDS })
    })
    return { UserImportJob: describeJob(context, job) }
  },
})

/** UNVERIFIED: that the role is looked at before the job runs, and the text. */
async function assertRole(context: CallContext, pool: UserPool, job: ImportJob): Promise<void> {
  const fault = await findRoleFault(context, pool, job, context.decide)
  if (fault !== undefined) throw invalidParameter(fault)
}

async function getJob(tx: Reading, poolId: string, id: string): Promise<ImportJob> {
  const job = await findJob(tx, poolId, id)
  if (!job) throw jobNotFound()
  return job
}

export const DescribeUserImportJob = operation(DescribeUserImportJobCommand, {
  access: onUserPool,
  async handle({ UserPoolId, JobId }, context) {
    const pool = await getUserPool(UserPoolId, context)
    return { UserImportJob: describeJob(context, await context.store.read((tx) => getJob(tx, pool.id, JobId))) }
  },
})

export const ListUserImportJobs = operation(ListUserImportJobsCommand, {
  access: onUserPool,
  async handle({ UserPoolId, MaxResults, PaginationToken }, context) {
    const { store, masterKey } = context
    const pool = await getUserPool(UserPoolId, context)
    const { items, next } = await listPage(
      masterKey,
      { about: `imports ${pool.id}`, token: PaginationToken, limit: MaxResults },
      placeOf,
      (after, count) => store.read((tx) => listJobs(tx, pool.id, after, count)),
    )
    return { UserImportJobs: items.map((job) => describeJob(context, job)), PaginationToken: next }
  },
})

export const StartUserImportJob = operation(StartUserImportJobCommand, {
  access: onUserPool,
  async handle({ UserPoolId, JobId }, context) {
    const { store, clock, work } = context
    const pool = await getUserPool(UserPoolId, context)
    // Source: "Importing users from a CSV file": a user needs a verified address, so a pool has to verify one.
    if (!pool.settings.AutoVerifiedAttributes?.length)
      throw preconditionNotMet("The user pool verifies neither e-mail addresses nor telephone numbers by itself.")
    const job = await store.transact(async (tx) => {
      const before = await getJob(tx, pool.id, JobId)
      if (before.status !== "Created")
        throw preconditionNotMet(`The import job cannot be started: it is ${before.status}.`)
      if (!before.file) throw preconditionNotMet("The import job has no CSV file: it has not been uploaded.")
      if (await hasActiveJob(tx, pool.account)) throw preconditionNotMet("Another import job of the account is active.")
      const job: ImportJob = { ...before, status: "Pending", startedAt: clock.now() }
      await putJob(tx, job)
      await work.enqueue(tx, { kind: IMPORT, key: keyOf(job) })
      return job
    })
    return { UserImportJob: describeJob(context, job) }
  },
})

export const StopUserImportJob = operation(StopUserImportJobCommand, {
  access: onUserPool,
  async handle({ UserPoolId, JobId }, context) {
    const { store, work } = context
    const pool = await getUserPool(UserPoolId, context)
    const job = await store.transact(async (tx) => {
      const before = await getJob(tx, pool.id, JobId)
      if (before.status === "Created") {
        await endJob(tx, context, before, "Stopped", STOPPED)
        return getJob(tx, pool.id, JobId)
      }
      if (before.status !== "Pending" && before.status !== "InProgress")
        throw preconditionNotMet(`The import job cannot be stopped: it is ${before.status}.`)
      const job: ImportJob = { ...before, status: "Stopping" }
      await putJob(tx, job)
      await work.enqueue(tx, { kind: IMPORT, key: keyOf(job) })
      return job
    })
    return { UserImportJob: describeJob(context, job) }
  },
})
