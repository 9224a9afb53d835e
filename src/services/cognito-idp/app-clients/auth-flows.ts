import type { AuthFlowType, ExplicitAuthFlowsType } from "@aws-sdk/client-cognito-identity-provider"
import type { AppClient } from "./record.ts"

/** A client that names no flows has these. Source: CreateUserPoolClient, ExplicitAuthFlows. */
const STANDARD: readonly ExplicitAuthFlowsType[] = [
  "ALLOW_REFRESH_TOKEN_AUTH",
  "ALLOW_USER_SRP_AUTH",
  "ALLOW_CUSTOM_AUTH",
]

/** Under which names a client allows a flow: the present one, then the legacy ones. */
const NAMES: Record<AuthFlowType, readonly ExplicitAuthFlowsType[]> = {
  USER_SRP_AUTH: ["ALLOW_USER_SRP_AUTH"],
  USER_PASSWORD_AUTH: ["ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH"],
  ADMIN_USER_PASSWORD_AUTH: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"],
  ADMIN_NO_SRP_AUTH: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"],
  CUSTOM_AUTH: ["ALLOW_CUSTOM_AUTH", "CUSTOM_AUTH_FLOW_ONLY"],
  REFRESH_TOKEN_AUTH: ["ALLOW_REFRESH_TOKEN_AUTH"],
  REFRESH_TOKEN: ["ALLOW_REFRESH_TOKEN_AUTH"],
  USER_AUTH: ["ALLOW_USER_AUTH"],
}

/** Legacy lists add to what was always there: SRP (but with CUSTOM_AUTH_FLOW_ONLY), custom and refresh. */
const ALWAYS_WITH_LEGACY: readonly AuthFlowType[] = [
  "USER_SRP_AUTH",
  "CUSTOM_AUTH",
  "REFRESH_TOKEN_AUTH",
  "REFRESH_TOKEN",
]

export function isFlowAllowed({ settings }: AppClient, flow: AuthFlowType): boolean {
  const given = settings.ExplicitAuthFlows
  const flows = given?.length ? given : STANDARD
  if (NAMES[flow].some((name) => flows.includes(name))) return true
  if (!flows.some((name) => !name.startsWith("ALLOW_"))) return false
  if (flow === "USER_SRP_AUTH") return !flows.includes("CUSTOM_AUTH_FLOW_ONLY")
  return ALWAYS_WITH_LEGACY.includes(flow)
}

/** Whether the client names the flow: one that the SDK's types do not know yet. */
export const isFlowListed = ({ settings }: Pick<AppClient, "settings">, flow: string): boolean =>
  settings.ExplicitAuthFlows?.some((name) => name === flow) ?? false

/** Whether unknown users are answered as if they were there. */
export const hidesExistence = ({ settings }: AppClient): boolean => settings.PreventUserExistenceErrors === "ENABLED"
