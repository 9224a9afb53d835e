import assert from "node:assert/strict"
import { test } from "node:test"
import type { AuthFlowType, ExplicitAuthFlowsType } from "@aws-sdk/client-cognito-identity-provider"
import { isFlowAllowed } from "./auth-flows.ts"
import type { AppClient } from "./record.ts"

const FLOWS: AuthFlowType[] = [
  "USER_SRP_AUTH",
  "USER_PASSWORD_AUTH",
  "ADMIN_USER_PASSWORD_AUTH",
  "ADMIN_NO_SRP_AUTH",
  "CUSTOM_AUTH",
  "REFRESH_TOKEN_AUTH",
  "REFRESH_TOKEN",
  "USER_AUTH",
]

test("a client allows the flows that it lists, and the standard ones where it lists none", () => {
  const cases: [ExplicitAuthFlowsType[] | undefined, AuthFlowType[]][] = [
    [undefined, ["USER_SRP_AUTH", "CUSTOM_AUTH", "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"]],
    [[], ["USER_SRP_AUTH", "CUSTOM_AUTH", "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"]],
    [["ALLOW_REFRESH_TOKEN_AUTH"], ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"]],
    [["ALLOW_ADMIN_USER_PASSWORD_AUTH"], ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"]],
    [["ALLOW_USER_AUTH"], ["USER_AUTH"]],
    [
      ["USER_PASSWORD_AUTH"],
      ["USER_SRP_AUTH", "USER_PASSWORD_AUTH", "CUSTOM_AUTH", "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"],
    ],
    [
      ["ADMIN_NO_SRP_AUTH"],
      [
        "USER_SRP_AUTH",
        "ADMIN_USER_PASSWORD_AUTH",
        "ADMIN_NO_SRP_AUTH",
        "CUSTOM_AUTH",
        "REFRESH_TOKEN_AUTH",
        "REFRESH_TOKEN",
      ],
    ],
    [["CUSTOM_AUTH_FLOW_ONLY"], ["CUSTOM_AUTH", "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"]],
  ]
  for (const [ExplicitAuthFlows, allowed] of cases) {
    const client = { settings: { ExplicitAuthFlows } } as AppClient
    assert.deepEqual(
      FLOWS.filter((flow) => isFlowAllowed(client, flow)),
      allowed,
      String(ExplicitAuthFlows),
    )
  }
})
