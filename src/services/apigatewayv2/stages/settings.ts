import type { AccessLogSettings, ProtocolType, RouteSettings } from "@aws-sdk/client-apigatewayv2"
import type { Reading } from "../../../store/store.ts"
import { badRequest, notFound, unsupported } from "../errors.ts"
import { routes } from "../routes/record.ts"

/** UNVERIFIED: the text. `$default` is for HTTP APIs (Developer Guide, "Stages for HTTP APIs"). */
export function assertStageName(protocol: ProtocolType, name: string): void {
  if (name === "$default" && protocol === "HTTP") return
  if (!/^[a-zA-Z0-9_-]{1,128}$/.test(name))
    throw badRequest("Stage name only allows a-zA-Z0-9_- and must be between 1 and 128 characters.")
}

/** API reference, "CreateStage": names of letters, digits and underscores, values that URLs may hold. UNVERIFIED: the texts. */
export function assertVariables(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (!/^\w{1,64}$/.test(name)) throw badRequest(`Invalid stage variable name: ${name}`)
    if (!/^[A-Za-z0-9-._~:/?#&=,]{0,512}$/.test(value)) throw badRequest(`Invalid stage variable value: ${name}`)
  }
  if (Object.keys(variables).length > 100) throw badRequest("A stage can have at most 100 stage variables.")
}

const WEB_SOCKET_ONLY = ["DataTraceEnabled", "LoggingLevel"] as const

/** UNVERIFIED: the texts, but for that of a route that is not there (quoted by many; with 404). */
export async function assertRouteSettings(
  tx: Reading,
  apiId: string,
  protocol: ProtocolType,
  settings: Readonly<Record<string, RouteSettings>>,
  defaults: RouteSettings,
): Promise<void> {
  for (const one of [defaults, ...Object.values(settings)]) {
    const { ThrottlingBurstLimit = 0, ThrottlingRateLimit = 0 } = one
    if (ThrottlingBurstLimit < 0 || ThrottlingRateLimit < 0) throw badRequest("Throttling limits must not be negative.")
    const other = protocol === "HTTP" ? WEB_SOCKET_ONLY.find((member) => one[member] !== undefined) : undefined
    if (other !== undefined) throw badRequest(`${other} is not supported for HTTP protocol Apis`)
  }
  const keys = Object.keys(settings)
  if (keys.length === 0) return
  const known = new Set((await routes.all(tx, apiId)).map(({ body }) => body.RouteKey))
  const unknown = keys.find((key) => !known.has(key))
  if (unknown !== undefined) throw notFound(`Unable to find Route by key ${unknown} within the provided RouteSettings`)
}

const LOG_GROUP = /^arn:aws[a-z-]*:logs:[a-z0-9-]+:\d{12}:(log-group:\S+)$/

/** The text of the characters is quoted by users (of a group with `:*` at its end); UNVERIFIED: the others. */
export function assertAccessLog({ DestinationArn, Format }: AccessLogSettings): void {
  if (DestinationArn === undefined || Format === undefined)
    throw badRequest("Access log settings need a destination and a format.")
  if (/:firehose:/.test(DestinationArn))
    throw unsupported("Firehose is not supported as an access log destination by this server: name a log group.")
  const group = LOG_GROUP.exec(DestinationArn)?.[1]
  if (group === undefined) throw badRequest("Invalid ARN specified in the request")
  if (!/^log-group:[a-zA-Z0-9_\-/.#]{1,512}$/.test(group))
    throw badRequest(
      `Access log destination must only contain characters a-z, A-Z, 0-9, '_', '-', '/', '.': '${group}'`,
    )
  if (Format === "" || Format.length > 3_000)
    throw badRequest("Access log format must be between 1 and 3000 characters.")
  if (/[\r\n]/.test(Format)) throw badRequest("Access log format must be single line")
}
