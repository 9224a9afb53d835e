import {
  conditionalRequestConflict,
  headerNotImplemented,
  noSuchKey,
  notModified,
  preconditionFailed,
} from "../errors.ts"

/** What the conditions of a request are held against. */
export interface Validators {
  etag: string
  /** Milliseconds. */
  modified: number
}

export interface ReadConditions {
  IfMatch?: string | undefined
  IfNoneMatch?: string | undefined
  IfModifiedSince?: Date | undefined
  IfUnmodifiedSince?: Date | undefined
}

export type ReadOutcome = { is: "met" } | { is: "notModified" } | { is: "failed"; condition: string }

const MET: ReadOutcome = { is: "met" }

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000)

/** Whether a list of entity tags (`"a", "b"`, or `*`) names this one. S3 takes tags without quotes too. */
export function namesEtag(list: string, etag: string): boolean {
  return list.split(",").some((item) => {
    const tag = item
      .trim()
      .replace(/^W\//, "")
      .replace(/^"(.*)"$/, "$1")
    return tag === "*" || tag === etag
  })
}

/**
 * RFC 9110, 13.2.2, as S3's API reference of GetObject has it: a match that holds makes If-Unmodified-Since void, and
 * If-None-Match makes If-Modified-Since void. A date in the future is no condition (UNVERIFIED: RFC 7232 said so).
 */
export function judgeRead(conditions: ReadConditions, { etag, modified }: Validators, now: number): ReadOutcome {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions
  if (IfMatch !== undefined) {
    if (!namesEtag(IfMatch, etag)) return { is: "failed", condition: "If-Match" }
  } else if (IfUnmodifiedSince !== undefined && seconds(modified) > seconds(IfUnmodifiedSince.getTime())) {
    return { is: "failed", condition: "If-Unmodified-Since" }
  }
  if (IfNoneMatch !== undefined) return namesEtag(IfNoneMatch, etag) ? { is: "notModified" } : MET
  if (IfModifiedSince !== undefined) {
    const since = IfModifiedSince.getTime()
    if (since <= now && seconds(modified) <= seconds(since)) return { is: "notModified" }
  }
  return MET
}

/** Of gets and heads: 304 and 412. `headers` are those that a 304 carries. */
export function assertReadable(
  conditions: ReadConditions,
  validators: Validators,
  now: number,
  headers: () => Record<string, string>,
): void {
  const outcome = judgeRead(conditions, validators, now)
  if (outcome.is === "notModified") throw notModified(headers())
  if (outcome.is === "failed") throw preconditionFailed(outcome.condition)
}

/** Of copy sources: whatever does not hold is 412, under the name of the copy header (recorded). */
export function assertCopyable(conditions: ReadConditions, validators: Validators, now: number): void {
  const outcome = judgeRead(conditions, validators, now)
  if (outcome.is === "met") return
  const condition =
    outcome.is === "failed"
      ? outcome.condition
      : conditions.IfNoneMatch === undefined
        ? "If-Modified-Since"
        : "If-None-Match"
  throw preconditionFailed(`x-amz-copy-source-${condition}`)
}

export interface WriteConditions {
  IfMatch?: string | undefined
  IfNoneMatch?: string | undefined
}

/** Refuses what S3 knows no meaning of; recorded. */
export function assertWriteConditions({ IfMatch, IfNoneMatch }: WriteConditions): void {
  if (IfNoneMatch !== undefined && IfNoneMatch !== "*") throw unaccepted("If-None-Match")
  if (IfMatch !== undefined && (IfMatch === "*" || IfNoneMatch !== undefined)) throw unaccepted("If-Match")
}

const unaccepted = (header: string) =>
  headerNotImplemented(header, `We don't accept the provided value of ${header} header for this API`)

/**
 * Holds the conditions of a write against the newest version of its key; a delete marker counts as none.
 * `upload`: a multipart upload conflicts with what was written or deleted since it began (recorded: 409).
 */
export function assertWritable(
  { IfMatch, IfNoneMatch }: WriteConditions,
  key: string,
  latest: (Validators & { isDeleteMarker?: true }) | undefined,
  upload?: { initiated: number; isOvertaken?: true },
): void {
  const existing = latest?.isDeleteMarker ? undefined : latest
  const isConflict =
    upload !== undefined &&
    (upload.isOvertaken === true || (latest !== undefined && latest.modified > upload.initiated))
  if (IfNoneMatch !== undefined) {
    if (existing) throw preconditionFailed("If-None-Match")
    if (isConflict) throw conditionalRequestConflict("If-None-Match", key)
  }
  if (IfMatch !== undefined) {
    if (!existing) throw noSuchKey(key)
    if (!namesEtag(IfMatch, existing.etag)) throw preconditionFailed("If-Match")
    if (isConflict) throw conditionalRequestConflict("If-Match", key)
  }
}
