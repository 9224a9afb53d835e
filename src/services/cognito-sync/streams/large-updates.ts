import { createHash, createHmac, timingSafeEqual } from "node:crypto"
import type { Deps } from "../../../call.ts"
import type { Writing } from "../../../store/store.ts"
import type { HttpRequest, HttpResponse } from "../../../wire/http.ts"
import type { StreamedUpdate } from "./event.ts"

/** Kinesis Developer Guide, "Quotas and limits": a record with its partition key; where a stream is told nothing else. */
export const RECORD_BYTES_AT_MOST = 1_048_576

/** UNVERIFIED: how long AWS's are good for; this is the longest that a presigned URL of S3 may be. */
const GOOD_FOR_MILLISECONDS = 7 * 24 * 60 * 60 * 1000
const SWEPT_AT_ONCE = 10

const PATH = /^\/_cognito-sync\/updates\/([0-9a-f]{32})$/

const sign = ({ masterKey }: Pick<Deps, "masterKey">, id: string, expires: string): Buffer =>
  createHmac("sha256", masterKey.keyFor("cognito-sync.large-update")).update(`${id}/${expires}`).digest()

/**
 * Keeps the records of an update where whoever reads the stream finds them: at a URL that is good for a while and that nobody
 * guesses. On AWS it is one of S3, and so are its refusals.
 */
export async function offerLargeRecords(
  deps: Pick<Deps, "store" | "clock" | "masterKey" | "endpoint">,
  update: StreamedUpdate,
): Promise<StreamedUpdate> {
  const { identityId, dataSetName, syncCount, lastModifiedDate } = update
  const name = JSON.stringify([identityId, dataSetName, syncCount, lastModifiedDate])
  const id = createHash("sha256").update(name).digest("hex").slice(0, 32)
  const expiresAt = deps.clock.now() + GOOD_FOR_MILLISECONDS
  await deps.store.transact(async (tx) => {
    await sweepLargeUpdates(tx, deps.clock.now())
    await tx.run(
      `INSERT INTO csync_large_updates (id, expires_at, records) VALUES ($1, $2, $3)
       ON CONFLICT (id) DO UPDATE SET expires_at = excluded.expires_at, records = excluded.records`,
      id,
      expiresAt,
      JSON.stringify(update.kinesisSyncRecords),
    )
  })
  const expires = String(Math.floor(expiresAt / 1000))
  const signature = sign(deps, id, expires).toString("hex")
  const kinesisSyncRecordsURL = `${deps.endpoint.url}/_cognito-sync/updates/${id}?Expires=${expires}&Signature=${signature}`
  return { ...update, kinesisSyncRecords: null, kinesisSyncRecordsURL, payloadType: "S3Url" }
}

/** Removes some of those whose time is over. */
export const sweepLargeUpdates = (tx: Writing, now: number): Promise<number> =>
  tx.run(
    `DELETE FROM csync_large_updates WHERE id IN (
       SELECT id FROM csync_large_updates WHERE expires_at < $1 ORDER BY expires_at, id LIMIT $2)`,
    now,
    SWEPT_AT_ONCE,
  )

/** GET of the records of a large update, by the URL that its stream has: an array of them as JSON. */
export async function largeUpdatePage(request: HttpRequest, deps: Deps): Promise<HttpResponse | undefined> {
  const id = PATH.exec(request.path)?.[1]
  if (id === undefined) return undefined
  if (request.method !== "GET" && request.method !== "HEAD")
    return refusal(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
  const query = new URLSearchParams(request.query)
  const expires = query.get("Expires") ?? ""
  const given = Buffer.from(query.get("Signature") ?? "", "hex")
  const expected = sign(deps, id, expires)
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    return refusal(
      403,
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided.",
    )
  if (Number(expires) * 1000 < deps.clock.now()) return refusal(403, "AccessDenied", "Request has expired")
  const row = await deps.store.read((tx) =>
    tx.get<{ records: string }>("SELECT records FROM csync_large_updates WHERE id = $1", id),
  )
  if (!row) return refusal(404, "NoSuchKey", "The specified key does not exist.")
  return {
    status: 200,
    headers: { "content-type": "application/json", "cache-control": "no-store", "x-content-type-options": "nosniff" },
    body: row.records,
  }
}

const refusal = (status: number, code: string, message: string): HttpResponse => ({
  status,
  headers: { "content-type": "application/xml" },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
})
