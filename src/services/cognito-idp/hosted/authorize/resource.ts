/**
 * Whether a resource (RFC 8707) may be bound to: https, this machine, or an application's own scheme; absolute and without a
 * fragment. Source: "Authorize endpoint", resource.
 */
export function isResource(text: string): boolean {
  if (text.length > 1_024 || text.includes("#") || !URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return protocol !== "http:" || hostname === "localhost"
}
