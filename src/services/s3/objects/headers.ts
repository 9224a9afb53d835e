import { WireError } from "../../../wire/errors.ts"
import type { HttpRequest } from "../../../wire/http.ts"
import { headerNotImplemented, invalidArgument, invalidStorageClass, keyTooLong, metadataTooLarge } from "../errors.ts"
import { latin1Text, metadataText, readHeaderText } from "./header-text.ts"

/** What S3 keeps of an upload's headers, to give it back with the object. */
export interface StoredHeaders {
  contentType: string
  cacheControl?: string
  contentDisposition?: string
  contentEncoding?: string
  contentLanguage?: string
  /** As it was sent: S3 keeps any text. */
  expires?: string
  websiteRedirectLocation?: string
  /** Undefined for STANDARD, which no answer names. */
  storageClass?: string
  metadata?: Record<string, string>
}

export interface HeaderInput {
  Key: string
  ContentType?: string | undefined
  CacheControl?: string | undefined
  ContentDisposition?: string | undefined
  ContentEncoding?: string | undefined
  ContentLanguage?: string | undefined
  WebsiteRedirectLocation?: string | undefined
  StorageClass?: string | undefined
  Metadata?: Record<string, string> | undefined
}

const DEFAULT_CONTENT_TYPE = "binary/octet-stream"
const METADATA_BYTES = 2048
const KEY_BYTES = 1024
const STORAGE_CLASSES = new Set([
  "STANDARD",
  "REDUCED_REDUNDANCY",
  "STANDARD_IA",
  "ONEZONE_IA",
  "INTELLIGENT_TIERING",
  "GLACIER",
  "DEEP_ARCHIVE",
  "GLACIER_IR",
])

/** Classes whose objects must be restored before they can be read. */
export const ARCHIVES: ReadonlySet<string> = new Set(["GLACIER", "DEEP_ARCHIVE"])

export function readHeaders(input: HeaderInput, request: HttpRequest): StoredHeaders {
  const metadata = input.Metadata && mapValues(input.Metadata, readHeaderText)
  assertMetadataSize(metadata)
  const read = (text: string | undefined) => text && readHeaderText(text)
  const stored: Record<keyof StoredHeaders, string | Record<string, string> | undefined> = {
    contentType: read(input.ContentType) || DEFAULT_CONTENT_TYPE,
    cacheControl: read(input.CacheControl),
    contentDisposition: read(input.ContentDisposition),
    contentEncoding: read(withoutAwsChunked(input.ContentEncoding)),
    contentLanguage: read(input.ContentLanguage),
    expires: read(request.headers.expires),
    websiteRedirectLocation: readRedirect(read(input.WebsiteRedirectLocation)),
    storageClass: readStorageClass(input.StorageClass),
    metadata: metadata && Object.keys(metadata).length > 0 ? metadata : undefined,
  }
  // JSON leaves out what is undefined.
  return stored as unknown as StoredHeaders
}

export function assertKeyLength(key: string): void {
  const bytes = Buffer.byteLength(key)
  if (bytes > KEY_BYTES) throw keyTooLong(bytes)
}

function assertMetadataSize(metadata: Record<string, string> | undefined): void {
  let bytes = 0
  for (const [name, value] of Object.entries(metadata ?? {}))
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value)
  if (bytes > METADATA_BYTES) throw metadataTooLarge(bytes)
}

/** `aws-chunked` is how the body came, no property of the object. */
function withoutAwsChunked(encoding: string | undefined): string | undefined {
  if (!encoding?.includes("aws-chunked")) return encoding
  return (
    encoding
      .split(",")
      .map((coding) => coding.trim())
      .filter((coding) => coding !== "aws-chunked" && coding !== "")
      .join(",") || undefined
  )
}

function readStorageClass(storageClass: string | undefined): string | undefined {
  if (storageClass === undefined || storageClass === "STANDARD") return undefined
  if (!STORAGE_CLASSES.has(storageClass)) throw invalidStorageClass(storageClass)
  return storageClass
}

/** AWS's error list: `InvalidRedirectLocation`. */
function readRedirect(location: string | undefined): string | undefined {
  if (location === undefined || /^(https?:\/\/|\/)/.test(location)) return location
  throw new WireError(
    "InvalidRedirectLocation",
    "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
  )
}

/** Beginnings of headers whose features are not built: they are refused rather than passed over. */
const UNBUILT = [
  "x-amz-server-side-encryption-customer-",
  "x-amz-copy-source-server-side-encryption-customer-",
  "x-amz-server-side-encryption-aws-kms-key-id",
  "x-amz-server-side-encryption-context",
  "x-amz-object-lock-",
  "x-amz-write-offset-bytes",
]

export function refuseUnbuiltHeaders({ headers }: HttpRequest): void {
  for (const name in headers)
    if (name.startsWith("x-amz-") && UNBUILT.some((start) => name.startsWith(start))) throw headerNotImplemented(name)
  const encryption = headers["x-amz-server-side-encryption"]
  if (encryption === undefined || encryption === "AES256") return
  if (encryption.startsWith("aws:")) throw headerNotImplemented("x-amz-server-side-encryption")
  throw new WireError(
    "InvalidEncryptionAlgorithmError",
    "The Encryption request you specified is not valid. Supported value: AES256.",
    { members: { ArgumentName: "x-amz-server-side-encryption", ArgumentValue: encryption } },
  )
}

const mapValues = (record: Record<string, string>, map: (text: string) => string): Record<string, string> =>
  Object.fromEntries(Object.entries(record).map(([name, text]) => [name, map(text)]))

/** The members of an output that show what was stored. */
export function shownHeaders(stored: Partial<StoredHeaders>) {
  const show = (text: string | undefined) => text && latin1Text(text)
  return {
    ContentType: show(stored.contentType),
    CacheControl: show(stored.cacheControl),
    ContentDisposition: show(stored.contentDisposition),
    ContentEncoding: show(stored.contentEncoding),
    ContentLanguage: show(stored.contentLanguage),
    ExpiresString: show(stored.expires),
    WebsiteRedirectLocation: show(stored.websiteRedirectLocation),
    StorageClass: stored.storageClass as "STANDARD" | undefined,
    Metadata: stored.metadata && mapValues(stored.metadata, metadataText),
  }
}

export interface Overrides {
  ResponseCacheControl?: string | undefined
  ResponseContentDisposition?: string | undefined
  ResponseContentEncoding?: string | undefined
  ResponseContentLanguage?: string | undefined
  ResponseContentType?: string | undefined
  ResponseExpires?: Date | undefined
}

/** The `response-*` parameters of a get; a value that no header can hold is refused (recorded). */
export function overriddenHeaders(input: Overrides) {
  const overrides: Record<string, string> = {}
  for (const [member, name, value] of [
    ["CacheControl", "response-cache-control", input.ResponseCacheControl],
    ["ContentDisposition", "response-content-disposition", input.ResponseContentDisposition],
    ["ContentEncoding", "response-content-encoding", input.ResponseContentEncoding],
    ["ContentLanguage", "response-content-language", input.ResponseContentLanguage],
    ["ContentType", "response-content-type", input.ResponseContentType],
    ["ExpiresString", "response-expires", input.ResponseExpires?.toUTCString()],
  ] as const) {
    if (value === undefined) continue
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
      throw invalidArgument("Header value cannot be represented using ISO-8859-1.", name, value)
    overrides[member] = value
  }
  return overrides
}
