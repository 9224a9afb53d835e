/** What a browser signs for about its own part in a ceremony. Source: WebAuthn Level 3, CollectedClientData. */
export interface ClientData {
  type: string
  challenge: string
  origin: string
}

/** Undefined where it is not what a browser writes. */
export function parseClientData(text: unknown): ClientData | undefined {
  if (typeof text !== "string") return undefined
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, "base64url").toString())
    if (typeof parsed !== "object" || parsed === null) return undefined
    const { type, challenge, origin } = parsed as Record<string, unknown>
    if (typeof type !== "string" || typeof challenge !== "string" || typeof origin !== "string") return undefined
    return { type, challenge, origin }
  } catch {
    return undefined
  }
}
