import { isIP } from "node:net"
import { ConfigError } from "./config-error.ts"

/** PEM files by which https is spoken. */
export interface TlsFiles {
  certificate: string
  key: string
}

export function readTls(certificate: string | undefined, key: string | undefined): TlsFiles | undefined {
  if (certificate === undefined && key === undefined) return undefined
  if (!certificate || !key) throw new ConfigError("--tls-cert and --tls-key go together: give both or none.")
  return { certificate, key }
}

export function readPublicUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new ConfigError(`--public-url '${text}' is not an http or https URL.`)
  return text.replace(/\/+$/, "")
}

/** Under which name user pools issue tokens. */
export function readIssuer(text = "aws"): "aws" | "public-url" {
  if (text === "aws" || text === "public-url") return text
  throw new ConfigError(`--issuer '${text}' is neither aws nor public-url.`)
}

/** Addresses as `X-Forwarded-For` has them. */
export function readProxies(texts: readonly string[] = []): string[] {
  return texts.map((text) => {
    if (isIP(text) === 0) throw new ConfigError(`--trust-proxy '${text}' is not an IP address, as in 10.0.0.7.`)
    return text.toLowerCase()
  })
}

/** `on`, `off`, or how many times the usual rates. Whom nobody but this machine can reach need not count. */
export function readRateLimits(text: string | undefined, isAlone: boolean): number {
  if (text === undefined) return isAlone ? 0 : 1
  if (text === "on") return 1
  if (text === "off") return 0
  const times = Number(text)
  if (!/^\d+(\.\d+)?$/.test(text) || times <= 0 || times > 1_000)
    throw new ConfigError(`--rate-limits '${text}' is neither on nor off, nor a number up to 1000.`)
  return times
}

export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d+){3}|::1)$/i.test(host)
