import { missingField } from "../../../authentication/post/authenticate.ts"
import type { FormUpload } from "../../../service.ts"
import { isFormData, readFormData } from "../../../wire/form-data.ts"
import type { HttpRequest } from "../../../wire/http.ts"
import { parsePercent } from "../../../wire/parameters.ts"
import { invalidArgument, preconditionFailed } from "../errors.ts"
import { formAnswer } from "./answer.ts"
import { tagsOfField } from "./tagging.ts"

/**
 * A browser's form that is posted to a bucket: it stands for the PutObject whose headers are the form's fields and whose
 * body is its file. Source: S3 API reference, "POST Object".
 */
export async function findForm(request: HttpRequest, path: string): Promise<FormUpload | undefined> {
  const bucketPart = /^\/([^/]+)\/?$/.exec(path)?.[1]
  if (request.method !== "POST" || bucketPart === undefined) return undefined
  // Recorded.
  if (!isFormData(request)) throw preconditionFailed("Bucket POST must be of the enclosure-type multipart/form-data")
  const form = await readFormData(request)
  const key = keyOf(form.fields.get("key"), form.fileName)
  const bucket = parsePercent(bucketPart) ?? bucketPart
  // What the form says of its bucket does not count: the policy is held against the one that is written to.
  const fields = new Map([...form.fields, ["bucket", bucket], ["key", key]])
  return {
    fields,
    file: form.file,
    request: { ...request, method: "PUT", query: "", headers: headersOf(request, fields), body: form.file },
    path: `/${bucketPart}/${key.split("/").map(encodeURIComponent).join("/")}`,
    answer: formAnswer({ request, bucket, key, fields }),
  }
}

function keyOf(field: string | undefined, fileName = ""): string {
  if (field === undefined) throw missingField("key")
  const key = field.replaceAll("${filename}", () => fileName).toWellFormed()
  // As forums quote it.
  if (key === "") throw invalidArgument("User key must have a length greater than 0.", "key", "")
  return key
}

/** Fields that are headers of the same name. The type of the file part counts for nothing, as on S3. */
const HEADERS = new Set([
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-md5",
  "content-type",
  "expires",
])

/** And of those that begin with `x-amz-`: a form uploads, so it says nothing of copies, chunks or conditions. */
const AMZ_HEADERS =
  /^x-amz-(?:meta-|checksum-|sdk-checksum-algorithm$|storage-class$|website-redirect-location$|server-side-encryption|object-lock-)/

const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/

/** What the request itself says of its caller, and what the form's fields say of the object. */
function headersOf({ headers }: HttpRequest, fields: ReadonlyMap<string, string>): HttpRequest["headers"] {
  const own: HttpRequest["headers"] = {}
  for (const name of ["host", "origin", "referer", "user-agent"]) own[name] = headers[name]
  for (const [name, value] of fields) {
    const isAmz = AMZ_HEADERS.test(name)
    // UNVERIFIED: how S3 refuses what no header can be called.
    if (isAmz && !TOKEN.test(name)) throw invalidArgument("The name of the field is invalid.", name, value)
    if (HEADERS.has(name) || isAmz) own[name] = Buffer.from(value, "utf8").toString("latin1")
  }
  const acl = fields.get("acl")
  if (acl !== undefined) own["x-amz-acl"] = acl
  const tagging = fields.get("tagging")
  if (tagging !== undefined) own["x-amz-tagging"] = tagsOfField(tagging)
  return own
}
