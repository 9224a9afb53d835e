import { createHmac, timingSafeEqual } from "node:crypto"
import type { Deps } from "../../../call.ts"
import type { HttpRequest, HttpResponse } from "../../../wire/http.ts"
import { findJob, type ImportJob, importFamily, putJob } from "./record.ts"

/** Source: "Importing users from a CSV file": the URL is good for a quarter of an hour; the file has 100 MB at most. */
const VALID_SECONDS = 15 * 60
const FILE_BYTES_AT_MOST = 100 * 1024 * 1024

const ENCRYPTION = "aws:kms"

const sign = ({ masterKey }: Pick<Deps, "masterKey">, poolId: string, id: string, expires: string): Buffer =>
  createHmac("sha256", masterKey.keyFor("cognito-idp.import-upload")).update(`${poolId}/${id}/${expires}`).digest()

/** Where the file of a job is put. */
export function uploadUrl(deps: Pick<Deps, "masterKey" | "endpoint">, { poolId, id, createdAt }: ImportJob): string {
  const expires = String(Math.floor(createdAt / 1000) + VALID_SECONDS)
  const signature = sign(deps, poolId, id, expires).toString("hex")
  return `${deps.endpoint.url}/${poolId}/imports/${id}?Expires=${expires}&Signature=${signature}`
}

/** PUT of the file of users, by the URL that CreateUserImportJob answers. Its refusals are those of S3, which AWS's is for. */
export async function importUpload(request: HttpRequest, deps: Deps): Promise<HttpResponse | undefined> {
  const [, poolId, id] =
    /^\/([\w-]{1,44}_[0-9a-zA-Z]{1,55})\/imports\/(import-[0-9a-zA-Z-]{1,48})$/.exec(request.path) ?? []
  if (poolId === undefined || id === undefined) return undefined
  if (request.method !== "PUT")
    return refusal(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
  const query = new URLSearchParams(request.query)
  const expires = query.get("Expires") ?? ""
  const given = Buffer.from(query.get("Signature") ?? "", "hex")
  const expected = sign(deps, poolId, id, expires)
  const isSigned = given.length === expected.length && timingSafeEqual(given, expected)
  if (!isSigned || request.headers["x-amz-server-side-encryption"] !== ENCRYPTION)
    return refusal(
      403,
      "SignatureDoesNotMatch",
      `The signature does not match the request: it is for a PUT with the header x-amz-server-side-encryption:${ENCRYPTION}.`,
    )
  if (Number(expires) * 1000 < deps.clock.now()) return refusal(403, "AccessDenied", "Request has expired")
  if (Number(request.headers["content-length"] ?? 0) > FILE_BYTES_AT_MOST) return tooLarge()
  return keepFile(request, deps, poolId, id)
}

const tooLarge = () => refusal(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")

const TOO_LARGE = new Error("the file is too large")

/** It replaces one that was uploaded before; once the job was started it is too late. */
async function keepFile(request: HttpRequest, deps: Deps, poolId: string, id: string): Promise<HttpResponse> {
  const { bytes, store } = deps
  const isWanted = async () => (await store.read((tx) => findJob(tx, poolId, id)))?.status === "Created"
  if (!(await isWanted())) return refusal(403, "AccessDenied", "The import job takes no file any more.")
  const body = request.body instanceof Uint8Array ? [request.body] : request.body
  let written: Awaited<ReturnType<typeof bytes.write>>
  try {
    written = await bytes.write(bounded(body), { family: importFamily(poolId) })
  } catch (error) {
    if (error === TOO_LARGE) return tooLarge()
    throw error
  }
  const isKept = await store.transact(async (tx) => {
    const job = await findJob(tx, poolId, id)
    if (job?.status !== "Created") return false
    if (job.file) await bytes.drop(tx, job.file.id)
    await bytes.keep(tx, written)
    await putJob(tx, { ...job, file: { id: written.id, size: written.size } })
    return true
  })
  if (isKept) return { status: 200, headers: { "x-amz-server-side-encryption": ENCRYPTION }, body: undefined }
  await bytes.discard(written)
  return refusal(403, "AccessDenied", "The import job takes no file any more.")
}

async function* bounded(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const piece of body) {
    size += piece.length
    if (size > FILE_BYTES_AT_MOST) throw TOO_LARGE
    yield piece
  }
}

const refusal = (status: number, code: string, message: string): HttpResponse => ({
  status,
  headers: { "content-type": "application/xml" },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
})
