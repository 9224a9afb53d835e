import type { Deps } from "../../../call.ts"
import type { Writing } from "../../../store/store.ts"
import { again, done, type Job, type Outcome, type Workers } from "../../../work/job.ts"
import { decoyOf, formatKept, type ImportedHash } from "../imported-passwords/formats.ts"
import { columnsOf } from "../user-pools/csv-header.ts"
import { changePool, findUserPool, type UserPool } from "../user-pools/record.ts"
import type { User } from "../users/record.ts"
import { type Line, linesOf, parseRow, ROW_CHARACTERS_AT_MOST, readHeader } from "./csv.ts"
import { insertImported, type Outcome as RowOutcome } from "./insert.ts"
import { findJob, type ImportJob, putJob } from "./record.ts"
import { findRoleFault, writeLog } from "./role.ts"
import { RowFault, userOfRow } from "./row-user.ts"

/** What reads a file to its end, and what gives up the one that nobody starts. */
export const IMPORT = "cognito-idp:import-users"
export const EXPIRE = "cognito-idp:expire-import"

export const keyOf = ({ poolId, id }: Pick<ImportJob, "poolId" | "id">): string => `${poolId}/${id}`

/** Where the next piece begins. */
interface Progress {
  offset: number
  /** Of the line that was read last; the header is the first. */
  line: number
  columns?: readonly string[]
  /** The line that is being read is longer than a row may be: it is passed over to its end. */
  isCut?: boolean
}

/** So many rows are a few milliseconds of the main thread. */
const ROWS_AT_ONCE = 40
/** Holds the longest row, each of whose characters may take four bytes. */
const PIECE_BYTES = 128 * 1024
/** Source: "Importing users from a CSV file", limits. */
const USERS_AT_MOST = 500_000

async function run(work: Job, deps: Deps): Promise<Outcome> {
  const [poolId, id] = work.key.split("/") as [string, string]
  const pool = await findUserPool(deps.store, poolId)
  const job = pool && (await deps.store.read((tx) => findJob(tx, poolId, id)))
  if (!job?.file) return done
  if (job.status === "Stopping") return end(deps, job, "Stopped", STOPPED)
  const progress = (work.body ?? { offset: 0, line: 0 }) as Progress
  if (job.status === "Pending") {
    const fault = await findRoleFault(deps, pool!, job)
    if (fault !== undefined) return end(deps, job, "Failed", fault)
  }
  const piece = await readPiece(deps, job, progress.offset)
  const isLast = progress.offset + piece.length === job.file.size
  const lines = takeLines(linesOf(piece, isLast), ROWS_AT_ONCE + (progress.columns ? 0 : 1))
  if (!progress.columns) {
    const columns = readHeader(lines.shift()?.text ?? "", columnsOf(pool!), job.algorithm !== undefined)
    if ("fault" in columns) return end(deps, job, "Failed", columns.fault)
    progress.columns = columns
    progress.line = 1
  }
  return importRows(work, deps, pool!, job, { progress, lines, piece, isLast })
}

const TOO_LONG = "The row has more than 16,000 characters."

export const STOPPED = "The Import Job was stopped by the developer."

interface Rows {
  progress: Progress
  lines: Line[]
  piece: Uint8Array
  isLast: boolean
}

async function importRows(work: Job, deps: Deps, pool: UserPool, job: ImportJob, rows: Rows): Promise<Outcome> {
  const { progress, lines, piece, isLast } = rows
  const next = nextOf(rows)
  const isWhole = isLast && next.offset === progress.offset + piece.length
  const parsed = lines.flatMap(({ text }, at) => {
    const isRest = at === 0 && progress.isCut === true
    if (!isRest && text?.trim() === "") return []
    const row = isRest ? { fault: TOO_LONG } : parse(deps, pool, job, progress, text)
    return [{ line: progress.line + at + 1, ...row }]
  })
  const outcomes = await deps.store.transact(async (tx) => {
    const current = await findJob(tx, job.poolId, job.id)
    if (!current || current.status === "Stopping") return undefined
    const told: { line: number; outcome: RowOutcome }[] = []
    for (const { line, user, fault } of parsed)
      told.push({ line, outcome: user ? await insertImported(tx, pool, user) : { is: "FAILED", why: fault! } })
    await putJob(
      tx,
      counted({ ...current, status: "InProgress", startedAt: current.startedAt ?? deps.clock.now() }, told),
    )
    await work.save(tx, next)
    return told
  })
  if (!outcomes) return again()
  await writeLog(
    deps,
    pool,
    job,
    outcomes.map(({ line, outcome }) => `[${outcome.is}] Line Number ${line} - ${outcome.why}`),
  )
  await rememberHashes(deps, pool, parsed)
  return isWhole || next.line > USERS_AT_MOST ? conclude(deps, job, isWhole) : again(next)
}

function takeLines(lines: Iterable<Line>, most: number): Line[] {
  const taken: Line[] = []
  for (const line of lines) {
    taken.push(line)
    if (taken.length === most) break
  }
  return taken
}

/** Where the piece behind these rows begins. A piece without the end of a line holds a part of one that is too long. */
function nextOf({ progress, lines, piece, isLast }: Rows): Progress {
  const { columns } = progress
  const last = lines.at(-1)
  if (last) return { offset: progress.offset + last.next, line: progress.line + lines.length, columns: columns! }
  const isCut = piece.length === PIECE_BYTES && !isLast
  return { offset: progress.offset + piece.length, line: progress.line, columns: columns!, ...(isCut && { isCut }) }
}

const counted = (job: ImportJob, told: readonly { outcome: RowOutcome }[]): ImportJob => {
  const count = (is: RowOutcome["is"]) => told.filter(({ outcome }) => outcome.is === is).length
  return {
    ...job,
    imported: job.imported + count("SUCCEEDED"),
    skipped: job.skipped + count("SKIPPED"),
    failed: job.failed + count("FAILED"),
  }
}

interface ParsedRow {
  user?: User
  hash?: ImportedHash
  fault?: string
}

function parse(
  { masterKey, clock }: Deps,
  pool: UserPool,
  job: ImportJob,
  { columns }: Progress,
  text: string | undefined,
): ParsedRow {
  if (text === undefined) return { fault: "The row is not UTF-8." }
  if (text.length > ROW_CHARACTERS_AT_MOST) return { fault: TOO_LONG }
  try {
    return userOfRow(pool, job, columns!, parseRow(text), masterKey, clock.now())
  } catch (error) {
    if (error instanceof RowFault) return { fault: error.message }
    throw error
  }
}

async function readPiece({ bytes }: Deps, { file }: ImportJob, start: number): Promise<Buffer> {
  const end = Math.min(start + PIECE_BYTES, file!.size)
  const pieces: Buffer[] = []
  // Each is good until the next one is asked for.
  if (end > start) for await (const piece of bytes.read([file!], { start, end })) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces)
}

/** From now on nobody's passwords take as long as those of the users who came with hashes. */
async function rememberHashes(
  { store, clock }: Deps,
  pool: UserPool,
  parsed: readonly { hash?: ImportedHash }[],
): Promise<void> {
  const hash = parsed.find((one) => one.hash)?.hash
  if (!hash || pool.importedHash !== undefined) return
  await changePool(store, clock, pool.id, (body) => {
    body.importedHash ??= formatKept(decoyOf(hash))
  })
}

/** Source: the job of the guide's sample, none of whose users was imported. UNVERIFIED: how many are too many. */
async function conclude(deps: Deps, { poolId, id }: ImportJob, isWhole: boolean): Promise<Outcome> {
  const job = await deps.store.read((tx) => findJob(tx, poolId, id))
  if (!job) return done
  if (!isWhole) return end(deps, job, "Failed", "The CSV file has more than 500,000 users.")
  const isNone = job.imported === 0 && job.skipped + job.failed > 0
  if (isNone) return end(deps, job, "Failed", "Too many users have failed or been skipped during the import.")
  return end(deps, job, "Succeeded", "Import Job Completed Successfully.") // UNVERIFIED text
}

/** The file goes with the end of its job. */
async function end(deps: Deps, job: ImportJob, status: ImportJob["status"], message: string): Promise<Outcome> {
  await deps.store.transact((tx) => endJob(tx, deps, job, status, message))
  return done
}

export async function endJob(
  tx: Writing,
  { bytes, clock }: Pick<Deps, "bytes" | "clock">,
  { poolId, id }: ImportJob,
  status: ImportJob["status"],
  message?: string,
): Promise<void> {
  const job = await findJob(tx, poolId, id)
  if (!job) return
  const { file, ...rest } = job
  if (file) await bytes.drop(tx, file.id)
  await putJob(tx, { ...rest, status, completedAt: clock.now(), ...(message !== undefined && { message }) })
}

async function expire({ key }: Job, deps: Deps): Promise<Outcome> {
  const [poolId, id] = key.split("/") as [string, string]
  await deps.store.transact(async (tx) => {
    const job = await findJob(tx, poolId, id)
    if (job?.status === "Created") await endJob(tx, deps, job, "Expired")
  })
  return done
}

export const importing: Workers<Deps> = { [IMPORT]: { run, atOnce: 1 }, [EXPIRE]: { run: expire } }
