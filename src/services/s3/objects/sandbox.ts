import type { CallContext } from "../../../call.ts"

const WINDOWS = new Set(["document", "embed", "fencedframe", "frame", "iframe", "object"])

/** What a window shows without running anything of it. */
const PASSIVE = /^(?:image\/(?!svg)[\w.+-]+|audio\/[\w.+-]+|video\/[\w.+-]+|application\/pdf)(?:;|$)/i

/** A page may do what pages do, but is of an origin of its own. */
const SANDBOX = "sandbox allow-downloads allow-forms allow-modals allow-popups allow-scripts"

/**
 * What a browser is told of an object that it opens in a window. On the server's own host, and wherever else a request names
 * its bucket by the path, sign-in pages and everybody's buckets are of one origin: whoever may write an object could read those
 * pages by its script, and send their forms. S3 has no such header, and no such neighbours; programs are not sent it. Browsers
 * name the purpose of a request to safe origins alone (`Sec-Fetch-Dest`), and accept HTML when they fill a window.
 */
export function sandboxOf(
  { request: { headers }, endpoint }: Pick<CallContext, "request" | "endpoint">,
  bucket: string,
  contentType: string | undefined,
): Record<string, string> {
  const isForWindow = WINDOWS.has(headers["sec-fetch-dest"] ?? "") || headers.accept?.includes("text/html")
  if (!isForWindow || PASSIVE.test(contentType ?? "")) return {}
  const host = (headers.host ?? "").replace(/:\d+$/, "").toLowerCase()
  const isOfBucket = /^\.s3[.-]/.test(host.slice(bucket.length)) && host.startsWith(bucket)
  return isOfBucket && !endpoint.baseHosts.includes(host) ? {} : { "content-security-policy": SANDBOX }
}
