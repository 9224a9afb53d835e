import type {
  CreateUserPoolClientRequest,
  ExplicitAuthFlowsType,
  TimeUnitsType,
} from "@aws-sdk/client-cognito-identity-provider"
import { invalidOAuthFlow, invalidParameter, tierLacksFeature } from "../errors.ts"
import type { UserPool } from "../user-pools/record.ts"
import { SYSTEM_NAMES } from "../user-pools/standard-attributes.ts"
import type { AppClient, ClientSettings } from "./record.ts"
import { STANDARD_SCOPES } from "./standard-scopes.ts"

type Input = Omit<CreateUserPoolClientRequest, "ClientName" | "GenerateSecret" | "ClientSecret">

/** The settings of a request with AWS's defaults for what it leaves out. */
export function createClientSettings(pool: UserPool, input: Input): ClientSettings {
  const rotates = input.RefreshTokenRotation?.Feature === "ENABLED"
  const settings: ClientSettings = {
    RefreshTokenValidity: input.RefreshTokenValidity || 30,
    ...(input.AccessTokenValidity !== undefined && { AccessTokenValidity: input.AccessTokenValidity }),
    ...(input.IdTokenValidity !== undefined && { IdTokenValidity: input.IdTokenValidity }),
    TokenValidityUnits: input.TokenValidityUnits,
    ReadAttributes: input.ReadAttributes,
    WriteAttributes: input.WriteAttributes,
    ExplicitAuthFlows: input.ExplicitAuthFlows,
    SupportedIdentityProviders: input.SupportedIdentityProviders,
    CallbackURLs: input.CallbackURLs,
    LogoutURLs: input.LogoutURLs,
    DefaultRedirectURI: input.DefaultRedirectURI,
    AllowedOAuthFlows: input.AllowedOAuthFlows,
    AllowedOAuthScopes: input.AllowedOAuthScopes,
    AllowedOAuthFlowsUserPoolClient: input.AllowedOAuthFlowsUserPoolClient ?? false,
    AnalyticsConfiguration: input.AnalyticsConfiguration,
    PreventUserExistenceErrors: input.PreventUserExistenceErrors,
    EnableTokenRevocation: input.EnableTokenRevocation ?? true,
    EnablePropagateAdditionalUserContextData: input.EnablePropagateAdditionalUserContextData ?? false,
    AuthSessionValidity: input.AuthSessionValidity ?? 3,
    ...(input.RefreshTokenRotation && {
      RefreshTokenRotation: rotates
        ? {
            ...input.RefreshTokenRotation,
            RetryGracePeriodSeconds: input.RefreshTokenRotation.RetryGracePeriodSeconds ?? 0,
          }
        : input.RefreshTokenRotation,
    }),
  }
  assertAuthFlows(pool, settings.ExplicitAuthFlows, rotates)
  assertAttributes(pool, settings)
  assertValidities(settings)
  assertOAuth(settings)
  return settings
}

const isLegacy = (flow: ExplicitAuthFlowsType): boolean => !flow.startsWith("ALLOW_")

/** Source: GetClientToken: a machine's flow, beside which a client has no other. */
const CLIENT_TOKEN = "ALLOW_CLIENT_TOKEN_AUTH"

function assertAuthFlows(pool: UserPool, flows: ExplicitAuthFlowsType[] = [], rotates: boolean): void {
  if (flows.some((flow: string) => flow === CLIENT_TOKEN)) {
    if (flows.length === 1) return
    throw invalidParameter(`${CLIENT_TOKEN} cannot be used together with other authentication flows.`) // UNVERIFIED text
  }
  if (flows.some(isLegacy) && !flows.every(isLegacy))
    throw invalidParameter("Cannot use both legacy and non-legacy ExplicitAuthFlows values at the same time.") // UNVERIFIED text
  if (rotates) {
    if (flows.includes("ALLOW_REFRESH_TOKEN_AUTH"))
      throw invalidParameter("ALLOW_REFRESH_TOKEN_AUTH cannot be enabled when refresh token rotation is enabled.") // UNVERIFIED text
  } else if (flows.length > 0 && !flows.some(isLegacy) && !flows.includes("ALLOW_REFRESH_TOKEN_AUTH")) {
    // aws-cdk issue 7625 shows the answer of AWS.
    throw invalidParameter("REFRESH_TOKEN_AUTH should always be allowed.")
  }
  if (flows.includes("ALLOW_USER_AUTH") && pool.settings.UserPoolTier === "LITE")
    throw tierLacksFeature("LITE", "ALLOW_USER_AUTH")
}

function assertAttributes(pool: UserPool, { ReadAttributes = [], WriteAttributes = [] }: ClientSettings): void {
  for (const name of ReadAttributes)
    if (!pool.attributes.has(name)) throw invalidParameter("Invalid read attributes specified while creating a client")
  for (const name of WriteAttributes)
    if (
      !pool.attributes.has(name) ||
      SYSTEM_NAMES.has(name) ||
      name.startsWith("dev:") ||
      /^(?:email|phone_number)_verified$/.test(name)
    )
      throw invalidParameter("Invalid write attributes specified while creating a client")
  if (WriteAttributes.length === 0) return
  for (const { Name, Required } of pool.schema)
    if (Required && Name !== "sub" && !WriteAttributes.includes(Name!))
      throw invalidParameter("Invalid write attributes specified while creating a client")
}

const SECONDS: Record<TimeUnitsType, number> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 }
const DAY = 86_400

export interface Lifetimes {
  accessSeconds: number
  idSeconds: number
  refreshSeconds: number
}

/** How long the client's tokens are good for. Access and ID tokens count in hours and refresh tokens in days, unless units say otherwise. */
export function lifetimesOf({ settings }: Pick<AppClient, "settings">): Lifetimes {
  const { TokenValidityUnits: units } = settings
  const seconds = (value: number | undefined, unit: TimeUnitsType | undefined, otherwise: number, standard: number) =>
    value === undefined ? standard : value * (unit === undefined ? otherwise : SECONDS[unit])
  return {
    accessSeconds: seconds(settings.AccessTokenValidity, units?.AccessToken, SECONDS.hours, 3600),
    idSeconds: seconds(settings.IdTokenValidity, units?.IdToken, SECONDS.hours, 3600),
    refreshSeconds: seconds(settings.RefreshTokenValidity, units?.RefreshToken, DAY, 30 * DAY),
  }
}

function assertValidities(settings: ClientSettings): void {
  const { accessSeconds, idSeconds, refreshSeconds } = lifetimesOf({ settings })
  assertRange(accessSeconds, 300, DAY)
  assertRange(idSeconds, 300, DAY)
  assertRange(refreshSeconds, 3600, 3650 * DAY)
  // Source: "TokenValidityUnitsType" and the answer that terraform-provider-aws quotes.
  if (refreshSeconds < accessSeconds || refreshSeconds < idSeconds)
    throw invalidParameter("Refresh token validity can not be less than access or id token validity.") // UNVERIFIED text
}

/**
 * Source: "AccessTokenValidity" and its siblings in CreateUserPoolClient: 5 minutes to 1 day; 60 minutes to 10 years. The
 * text is reported in awsdocs/aws-cloudformation-user-guide pull request 828.
 */
function assertRange(seconds: number, least: number, most: number): void {
  if (seconds < least || seconds > most) throw invalidParameter("Invalid range for token validity.")
}

function assertOAuth(settings: ClientSettings): void {
  const {
    AllowedOAuthFlows: flows = [],
    AllowedOAuthScopes: scopes = [],
    CallbackURLs: callbacks = [],
    DefaultRedirectURI,
  } = settings
  if (flows.includes("client_credentials") && flows.length > 1)
    throw invalidOAuthFlow("client_credentials flow can not be selected along with code flow or implicit flow.")
  // The text is in terraform-provider-aws issue 4984.
  const ofUsers = scopes.find((scope) => STANDARD_SCOPES.has(scope))
  if (flows.includes("client_credentials") && ofUsers !== undefined)
    throw invalidOAuthFlow(`${ofUsers} is not supported with client_credentials flow`)
  // Flows and scopes of a client that is not let use them are kept: its requests are refused (aws-sdk-js-v3 issue 7158).
  if (settings.AllowedOAuthFlowsUserPoolClient && (flows.length === 0 || scopes.length === 0))
    throw invalidParameter(
      "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.",
    )
  if (DefaultRedirectURI !== undefined && !callbacks.includes(DefaultRedirectURI))
    throw invalidParameter("The DefaultRedirectURI must be in the CallbackURLs list.") // UNVERIFIED text
  for (const url of [...callbacks, ...(settings.LogoutURLs ?? [])]) assertRedirect(url)
}

/** No application's: browsers run or show what they hold, and lead nowhere. UNVERIFIED: that AWS refuses them. */
const BROWSERS_OWN = /^(?:about|blob|data|file|filesystem|javascript|vbscript|view-source):$/

/** https, or http for this machine alone, or an app's own scheme; absolute and without a fragment. */
function assertRedirect(url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  const local = parsed?.protocol === "http:" && /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(parsed.hostname)
  // The text is quoted by many who have met it; this machine is excepted, by its name and by its addresses.
  if (parsed?.protocol === "http:" && !local) throw invalidParameter(`${url} cannot use the HTTP protocol.`)
  if (!parsed || url.includes("#") || BROWSERS_OWN.test(parsed.protocol))
    throw invalidParameter(`${url} is not a valid redirect URI.`) // UNVERIFIED text
}
