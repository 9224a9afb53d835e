import type { UserPool } from "../user-pools/record.ts"
import type { KeptMessage } from "./message.ts"

/** What the pool says of how its messages go out. `html` is the mail as a page: what was filled in is no part of its code. */
export function outgoingOf(
  { settings }: UserPool,
  medium: "EMAIL" | "SMS",
  html: () => string,
): NonNullable<KeptMessage["outgoing"]> {
  if (medium === "SMS")
    return { configuration: settings.SmsConfiguration ? { ...settings.SmsConfiguration } : undefined }
  const { From, SourceArn, ReplyToEmailAddress } = settings.EmailConfiguration ?? {}
  return { from: From ?? identityOf(SourceArn), replyTo: ReplyToEmailAddress, html: html() }
}

/** The address of an identity of SES: `arn:aws:ses:us-east-1:123456789012:identity/no-reply@example.com`. */
const identityOf = (arn: string | undefined): string | undefined => /:identity\/([^/@]+@[^/@]+)$/.exec(arn ?? "")?.[1]

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
}

/** Texts as they stand in a page: a username is no markup. */
export const escaped = <T extends Readonly<Record<string, string>>>(fill: T): T =>
  Object.fromEntries(
    Object.entries(fill).map(([name, text]) => [name, text.replace(/[&<>"']/g, (one) => ESCAPES[one]!)]),
  ) as T

/** A mail for readers that show no pages: its links behind their words, and nothing else of its markup. */
export const plainOf = (html: string): string =>
  html
    .replace(/<a\s[^>]*?href="([^"]*)"[^>]*>([^<]*)<\/a>/gi, "$2 ($1)")
    .replace(/<br\s*\/?>|<\/(?:p|div|tr|h[1-6])>/gi, "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => UNESCAPED[name]!)

const UNESCAPED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" }
