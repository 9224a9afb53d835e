import type { Transporter } from "nodemailer"
import { type Courier, type Mail, UndeliveredError } from "./courier.ts"

export interface SmtpSettings {
  /** `smtp://user:password@host:587` or `smtps://host`. */
  url: string
  /** Who mails are from: `Example <no-reply@example.com>`. */
  from: string
}

/** A server that says nothing for so long is given up. */
const PATIENCE_MILLISECONDS = 20_000
const CONNECTIONS_AT_MOST = 4

/**
 * Mails by SMTP, over connections that are kept for the next ones. Where the server offers TLS it is used, and then its
 * certificate has to be good; `smtps:` begins with it, and `?requireTLS=true` refuses to go on without it.
 */
export function createSmtp({ url, from }: SmtpSettings): Required<Pick<Courier, "sendMail" | "close">> {
  let transport: Promise<Transporter> | undefined
  const open = () => (transport ??= openTransport(url))
  return {
    async sendMail(mail) {
      if (!PLAIN_ADDRESS.test(mail.to)) throw new UndeliveredError(`${mail.to} is no plain address`, false)
      const opened = await open()
      await opened.sendMail(messageOf(mail, from)).catch((error: Error) => {
        throw undelivered(error)
      })
    },
    close() {
      void transport?.then((opened) => opened.close())
      transport = undefined
    },
  }
}

/**
 * One mailbox and nothing around it: no list, group, comment, quotes or brackets. Where it was read as more than that, a code for
 * `<eve@evil.example>x.corp.example` would go to the first of the two, and prove the second.
 */
const PLAIN_ADDRESS = /^[^\s@,;:<>()[\]"\\\p{Cc}]+@[^\s@,;:<>()[\]"\\\p{Cc}]+$/u

/** Read when there is a mail to send. */
async function openTransport(text: string): Promise<Transporter> {
  const { createTransport } = await import("nodemailer")
  const url = new URL(text)
  const isSecure = url.protocol === "smtps:"
  return createTransport({
    pool: true,
    maxConnections: CONNECTIONS_AT_MOST,
    // A connection that was kept may have been closed at the other end: once more, and then the message waits.
    maxRequeues: 1,
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port) || (isSecure ? 465 : 587),
    secure: isSecure,
    requireTLS: url.searchParams.get("requireTLS") === "true",
    ...(url.username && {
      auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    }),
    connectionTimeout: PATIENCE_MILLISECONDS,
    greetingTimeout: PATIENCE_MILLISECONDS,
    socketTimeout: PATIENCE_MILLISECONDS,
    // What a template says is never a file or a page to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

/** Addresses are given apart from text, so that none of them can be two. */
function messageOf({ id, to, from, replyTo, subject, html, text }: Mail, own: string) {
  const sender = parseMailbox(from ?? own) ?? parseMailbox(own)!
  return {
    from: sender,
    // Bounces go to the operator, whoever the mail is from.
    envelope: { from: parseMailbox(own)!.address, to: [to] },
    to: { name: "", address: to },
    ...(replyTo !== undefined && { replyTo: parseMailbox(replyTo) }),
    subject,
    html,
    text,
    messageId: `<${id}@${sender.address.slice(sender.address.lastIndexOf("@") + 1)}>`,
  }
}

/** `Name <address>` or an address; undefined where it is neither. */
export function parseMailbox(text: string): { name: string; address: string } | undefined {
  const [, name = "", bracketed, bare] =
    /^\s*(?:"?([^"<>\r\n]*?)"?\s*<([^\s<>@]+@[^\s<>@]+)>|([^\s<>@]+@[^\s<>@]+))\s*$/.exec(text) ?? []
  const address = bracketed ?? bare
  return address === undefined ? undefined : { name, address }
}

/** What the server answered decides: 5xx will not be taken later either; all else may be. */
function undelivered(error: Error & { responseCode?: number; code?: string }): UndeliveredError {
  const { responseCode = 0, code } = error
  // A wrong password is the operator's to mend, and then the mail can go.
  const isFinal = (responseCode >= 500 || (code === "EENVELOPE" && responseCode === 0)) && code !== "EAUTH"
  return new UndeliveredError(error.message, !isFinal)
}
