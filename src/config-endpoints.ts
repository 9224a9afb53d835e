import { ConfigError } from "./config-error.ts"

export const readLoginEndpoints = (texts: readonly string[] = []): Record<string, string> =>
  readEndpoints(texts, "--login-endpoint", "accounts.google.com=http://localhost:9000")

/** Those that this server delivers to and does not have, by their signing names. */
const SERVICES = ["sqs", "sns", "events"]

export function readServiceEndpoints(texts: readonly string[] = []): Record<string, string> {
  const endpoints = readEndpoints(texts, "--service-endpoint", "sqs=http://localhost:9324")
  const unknown = Object.keys(endpoints).find((name) => !SERVICES.includes(name))
  if (unknown !== undefined) throw new ConfigError(`--service-endpoint '${unknown}' is none of ${SERVICES.join(", ")}.`)
  return endpoints
}

/** Servers that APIs may have behind them wherever they are: their origins. */
export const readIntegrationTargets = (texts: readonly string[] = []): string[] =>
  texts.map((text) => {
    if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
      throw new ConfigError(`--integration-target '${text}' is no http or https URL, as in http://10.0.0.5:8080.`)
    return new URL(text).origin
  })

/** `NAME=URL`, each. */
function readEndpoints(texts: readonly string[], flag: string, example: string): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf("=")
      const [name, url] = [text.slice(0, at), text.slice(at + 1)]
      if (at < 1 || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
        throw new ConfigError(`${flag} '${text}' is not NAME=URL, as in ${example}.`)
      return [name, url.replace(/\/+$/, "")]
    }),
  )
}
