import type { PasswordHashingAlgorithmType, UserImportJobStatusType } from "@aws-sdk/client-cognito-identity-provider"
import type { Segment } from "../../../bytes/bytes.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import { assertPoolThere } from "../user-pools/record.ts"

/** The import of a file of users. Times are milliseconds since the epoch. */
export interface ImportJob extends ImportJobBody {
  poolId: string
  /** `import-...`. */
  id: string
  account: string
}

interface ImportJobBody {
  name: string
  roleArn: string
  algorithm?: PasswordHashingAlgorithmType
  status: UserImportJobStatusType
  createdAt: number
  startedAt?: number
  completedAt?: number
  imported: number
  skipped: number
  failed: number
  message?: string
  /** The file, where it was uploaded and is not read to its end. */
  file?: Segment
}

const ACTIVE: readonly UserImportJobStatusType[] = ["Pending", "InProgress", "Stopping"]

interface JobRow {
  pool_id: string
  id: string
  account: string
  body: string
}

const parseJob = ({ pool_id, id, account, body }: JobRow): ImportJob => ({
  ...(JSON.parse(body) as ImportJobBody),
  poolId: pool_id,
  id,
  account,
})

const COLUMNS = "pool_id, id, account, body"

/** Later is smaller. */
export const placeOf = ({ createdAt, id }: Pick<ImportJob, "createdAt" | "id">): string =>
  `${String(9_000_000_000_000_000 - createdAt).padStart(16, "0")} ${id}`

export async function findJob(tx: Reading, poolId: string, id: string): Promise<ImportJob | undefined> {
  const row = await tx.get<JobRow>(`SELECT ${COLUMNS} FROM idp_import_jobs WHERE pool_id = $1 AND id = $2`, poolId, id)
  return row && parseJob(row)
}

export async function putJob(tx: Writing, job: ImportJob): Promise<void> {
  const { poolId, id, account, ...body } = job
  await assertPoolThere(tx, poolId)
  await tx.run(
    `INSERT INTO idp_import_jobs (pool_id, id, account, place, active, body) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (pool_id, id) DO UPDATE SET active = excluded.active, body = excluded.body`,
    poolId,
    id,
    account,
    placeOf(job),
    ACTIVE.includes(job.status) ? 1 : 0,
    JSON.stringify(body),
  )
}

export const listJobs = async (tx: Reading, poolId: string, after: string, count: number): Promise<ImportJob[]> =>
  (
    await tx.all<JobRow>(
      `SELECT ${COLUMNS} FROM idp_import_jobs WHERE pool_id = $1 AND place > $2 ORDER BY place LIMIT $3`,
      poolId,
      after,
      count,
    )
  ).map(parseJob)

/** How many a pool has ever had; they stay. */
export async function countJobs(tx: Reading, poolId: string): Promise<number> {
  const row = await tx.get<{ n: number }>("SELECT count(*) AS n FROM idp_import_jobs WHERE pool_id = $1", poolId)
  return Number(row!.n)
}

/** Whether an account has one that is under way. */
export const hasActiveJob = async (tx: Reading, account: string): Promise<boolean> =>
  (await tx.get("SELECT id FROM idp_import_jobs WHERE account = $1 AND active = 1 LIMIT 1", account)) !== undefined

/** Whether users are being imported into the pool. */
export const isImporting = async (tx: Reading, account: string, poolId: string): Promise<boolean> =>
  (await tx.get(
    "SELECT id FROM idp_import_jobs WHERE account = $1 AND active = 1 AND pool_id = $2 LIMIT 1",
    account,
    poolId,
  )) !== undefined

/** Of the files of a pool, which are given up with it. */
export const importFamily = (poolId: string): string => `import-${poolId}`
