import type { HttpRequest, HttpResponse } from "../../../wire/http.ts"
import { escapeXml, XML_DECLARATION } from "../../../wire/xml-text.ts"

interface Uploaded {
  /** The form's own request. */
  request: HttpRequest
  bucket: string
  key: string
  fields: ReadonlyMap<string, string>
}

/**
 * What a browser is answered in place of PutObject's answer: where to go on, or as much as the form asked for. Source:
 * S3 API reference, "POST Object", `success_action_redirect` and `success_action_status`.
 */
export const formAnswer =
  ({ request, bucket, key, fields }: Uploaded) =>
  (response: HttpResponse): void => {
    const etag = String(response.headers.ETag ?? response.headers.etag ?? "")
    const scheme = request.secure ? "https" : "http"
    const location = `${scheme}://${request.headers.host ?? ""}${request.path.replace(/\/$/, "")}/${encodeURIComponent(key)}`
    const redirect = redirectOf(fields, { bucket, key, etag })
    const status = fields.get("success_action_status")
    response.body = undefined
    if (redirect !== undefined) {
      response.status = 303
      response.headers.Location = redirect
      return
    }
    response.headers.Location = location
    response.status = status === "200" || status === "201" ? Number(status) : 204
    if (response.status !== 201) return
    const element = (name: string, text: string) => `<${name}>${escapeXml(text)}</${name}>`
    response.headers["Content-Type"] = "application/xml"
    response.body = `${XML_DECLARATION}<PostResponse>${element("Location", location)}${element("Bucket", bucket)}${element("Key", key)}${element("ETag", etag)}</PostResponse>`
  }

/** A text that is no URL is as good as none. `redirect` is the field's old name. */
function redirectOf(fields: Uploaded["fields"], told: Record<string, string>): string | undefined {
  const field = fields.get("success_action_redirect") ?? fields.get("redirect")
  if (field === undefined || !/^https?:\/\//i.test(field) || !URL.canParse(field)) return undefined
  const url = new URL(field)
  for (const [name, value] of Object.entries(told)) url.searchParams.append(name, value)
  return url.href
}
