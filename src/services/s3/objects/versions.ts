import { createHash } from "node:crypto"
import { DIGITS, LOWER, randomText, UPPER } from "../../../base/random.ts"
import type { Writing } from "../../../store/store.ts"
import type { Versioning } from "../buckets/record.ts"
import { type Dropping, dropContent } from "../data/drop.ts"
import { invalidArgument } from "../errors.ts"
import { findVersion, keyBytes, type ObjectBody, type ObjectVersion } from "./record.ts"

/** The id of what is written while versioning is off or suspended. */
export const NULL_VERSION = "null"

const RANDOM_CHARACTERS = 24
const CHECK_CHARACTERS = 8

const checkOf = (text: string): string =>
  createHash("sha256").update(text).digest("base64url").replace(/[-_]/g, "").slice(0, CHECK_CHARACTERS)

/** 32 characters as AWS's are, of which the last say whether the others were ever given out. */
export function newVersionId(): string {
  const text = randomText(DIGITS + UPPER + LOWER, RANDOM_CHARACTERS)
  return text + checkOf(text)
}

/** Whether it names the null version, or was given out here. */
export function isVersionId(versionId: string): boolean {
  const text = versionId.slice(0, RANDOM_CHARACTERS)
  const isIssued = versionId.length === RANDOM_CHARACTERS + CHECK_CHARACTERS && versionId === text + checkOf(text)
  return versionId === NULL_VERSION || isIssued
}

/** AWS refuses an id that it cannot have issued; one that names nothing is another matter. Text recorded. */
export function assertVersionId(versionId: string | undefined): void {
  if (versionId !== undefined && !isVersionId(versionId))
    throw invalidArgument(
      versionId === "" ? "Version id cannot be the empty string" : "Invalid version id specified",
      "versionId",
      versionId,
    )
}

/** Whether AWS could have issued the id, as far as its form tells: of 32 characters. */
export const isVersionIdForm = (versionId: string): boolean => /^[\w.-]{32}$/.test(versionId)

/** The version id that an answer shows: none in a bucket that never had versioning. */
export const shownVersionId = (versioning: Versioning, versionId: string): string | undefined =>
  versioning === "" && versionId === NULL_VERSION ? undefined : versionId

/** The version id that the answer to an upload shows: none while versioning is suspended (recorded). */
export const newVersionIdShown = (versioning: Versioning, versionId: string): string | undefined =>
  versioning === "Enabled" ? versionId : undefined

/** The version that was copied, where it has an id of its own (recorded: the null version is not named). */
export const copiedVersionId = (versioning: Versioning, versionId: string): string | undefined =>
  versionId === NULL_VERSION ? undefined : shownVersionId(versioning, versionId)

export interface NewVersion {
  bucket: string
  key: string
  versioning: Versioning
  body: ObjectBody
  content?: Uint8Array | undefined
  /** Throws where a condition of the request does not hold; `latest` may be a delete marker. */
  check?(latest: ObjectVersion | undefined): void
}

/** Puts a version on top of its key and returns its id. What it replaces stays readable for as long as its lease. */
export async function putVersion(
  tx: Writing,
  deps: Dropping,
  { bucket, key, versioning, body, ...rest }: NewVersion,
): Promise<string> {
  const latest = await findVersion(tx, bucket, key)
  rest.check?.(latest)
  const versionId = versioning === "Enabled" ? newVersionId() : NULL_VERSION
  const listed = body.isDeleteMarker ? 0 : 1
  const content = rest.content ?? null
  if (versionId === NULL_VERSION && latest?.versionId === NULL_VERSION) {
    await tx.run(
      "UPDATE s3_objects SET body = $4, content = $5, listed = $6 WHERE bucket = $1 AND object_key = $2 AND age = $3",
      bucket,
      keyBytes(key),
      latest.age,
      JSON.stringify(body),
      content,
      listed,
    )
    await dropContent(tx, deps, latest)
    return versionId
  }
  if (versionId === NULL_VERSION && latest) {
    const old = await findVersion(tx, bucket, key, NULL_VERSION)
    if (old) await deleteRow(tx, deps, bucket, old)
  }
  if (latest?.isListed) await setListed(tx, bucket, latest, 0)
  await tx.run(
    "INSERT INTO s3_objects (bucket, object_key, age, version_id, listed, body, content) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    bucket,
    keyBytes(key),
    latest ? latest.age - 1 : 0,
    versionId,
    listed,
    JSON.stringify(body),
    content,
  )
  return versionId
}

/** Takes a version away for good; the next older one becomes the newest. */
export async function removeVersion(
  tx: Writing,
  deps: Dropping,
  bucket: string,
  version: ObjectVersion,
): Promise<void> {
  const latest = await findVersion(tx, bucket, version.key)
  await deleteRow(tx, deps, bucket, version)
  if (latest?.versionId !== version.versionId) return
  const next = await findVersion(tx, bucket, version.key)
  if (next && !next.isDeleteMarker) await setListed(tx, bucket, next, 1)
}

/** Rewrites what a row says of its version: its tags. */
export async function updateBody(tx: Writing, bucket: string, version: ObjectVersion): Promise<void> {
  const { key, versionId: _, age, isListed: __, ...body } = version
  await tx.run(
    "UPDATE s3_objects SET body = $4 WHERE bucket = $1 AND object_key = $2 AND age = $3",
    bucket,
    keyBytes(key),
    age,
    JSON.stringify(body),
  )
}

const setListed = (tx: Writing, bucket: string, { key, age }: ObjectVersion, listed: 0 | 1) =>
  tx.run(
    "UPDATE s3_objects SET listed = $4 WHERE bucket = $1 AND object_key = $2 AND age = $3",
    bucket,
    keyBytes(key),
    age,
    listed,
  )

async function deleteRow(tx: Writing, deps: Dropping, bucket: string, version: ObjectVersion): Promise<void> {
  await tx.run(
    "DELETE FROM s3_objects WHERE bucket = $1 AND object_key = $2 AND age = $3",
    bucket,
    keyBytes(version.key),
    version.age,
  )
  await dropContent(tx, deps, version)
}
