import { parseArgs } from "node:util"
import { findNearest } from "./base/nearest.ts"
import { ConfigError } from "./config-error.ts"

/** The flags of `hallpass start`. */
export const START_FLAGS = {
  host: { type: "string" },
  port: { type: "string" },
  region: { type: "string" },
  "account-id": { type: "string" },
  "data-dir": { type: "string" },
  memory: { type: "boolean" },
  "database-url": { type: "string" },
  objects: { type: "string" },
  "public-url": { type: "string" },
  issuer: { type: "string" },
  workers: { type: "string" },
  "tls-cert": { type: "string" },
  "tls-key": { type: "string" },
  "clock-control": { type: "boolean" },
  "trust-proxy": { type: "string", multiple: true },
  "login-endpoint": { type: "string", multiple: true },
  "allow-http-issuers": { type: "boolean" },
  "service-endpoint": { type: "string", multiple: true },
  "integration-target": { type: "string", multiple: true },
  functions: { type: "string" },
  "function-modules": { type: "string" },
  "unlimited-streams": { type: "boolean" },
  "smtp-url": { type: "string" },
  "mail-from": { type: "string" },
  "sms-webhook": { type: "string" },
  "rate-limits": { type: "string" },
  log: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const

type Flags<O extends NonNullable<Parameters<typeof parseArgs>[0]>["options"]> = ReturnType<
  typeof parseArgs<{ options: NonNullable<O>; allowPositionals: true; args: string[] }>
>

/** Parses flags, with a message that a person can act on. */
export function parseFlags<const O extends NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>["options"]>>(
  args: string[],
  options: O,
): Flags<O> {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true }) as Flags<O>
  } catch (error) {
    const message = (error as Error).message.replace(/\. To specify.*/s, ".")
    const [, written] = /^Unknown option '--?([^']+)'/.exec(message) ?? []
    const nearest = written === undefined ? undefined : findNearest(written, Object.keys(options))
    throw new ConfigError(nearest === undefined ? message : `${message} Did you mean --${nearest}?`)
  }
}

/** What a command does not take is not silently passed over. */
export function assertNoMore(positionals: readonly string[]): void {
  if (positionals.length > 0) throw new ConfigError(`'${positionals[0]}' is one argument too many.`)
}

export function parseWhole(
  text: string | undefined,
  name: string,
  otherwise: number,
  least: number,
  most: number,
): number {
  if (text === undefined) return otherwise
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw new ConfigError(`${name} '${text}' is not a whole number from ${least} to ${most}.`)
  return value
}
