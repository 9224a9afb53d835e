import {
  GetProvisionedLimitCommand,
  type LimitDefinitionType,
  UpdateProvisionedLimitCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { operation } from "../../operation.ts"
import { WireError } from "../../wire/errors.ts"
import { invalidParameter } from "./errors.ts"

/** Requests a second that an account has without paying for more. Source: "Quotas in Amazon Cognito", API categories. */
const FREE: Readonly<Record<string, number>> = {
  UserAuthentication: 120,
  UserCreation: 50,
  UserFederation: 25,
  UserAccountRecovery: 30,
  UserRead: 120,
  UserUpdate: 25,
  UserToken: 120,
  UserResourceRead: 50,
  UserResourceUpdate: 25,
  UserList: 30,
  UserPoolRead: 15,
  UserPoolUpdate: 15,
  UserPoolResourceRead: 20,
  UserPoolResourceUpdate: 15,
  UserPoolClientRead: 15,
  UserPoolClientUpdate: 15,
  ClientAuthentication: 150,
}

function getFreeLimit({ LimitClass, Attributes }: LimitDefinitionType): number {
  const category = Attributes?.Category
  if (LimitClass !== "API_CATEGORY" || category === undefined)
    throw invalidParameter("LimitDefinition must be of the class API_CATEGORY, with the attribute Category.") // UNVERIFIED text
  if (!Object.hasOwn(FREE, category))
    throw new WireError("ResourceNotFoundException", `There is no API category ${category}.`) // UNVERIFIED text
  return FREE[category]!
}

/** AWS's numbers for an account. What strangers may ask of this server is said by its operator (`--rate-limits`). */
export const GetProvisionedLimit = operation(GetProvisionedLimitCommand, {
  access: () => ({ resource: "*" }),
  async handle({ LimitDefinition }) {
    const FreeLimitValue = getFreeLimit(LimitDefinition)
    return { Limit: { LimitDefinition, ProvisionedLimitValue: FreeLimitValue, FreeLimitValue } }
  },
})

/** Nothing is sold here, so nothing can be raised. Back to what is free is what holds already. */
export const UpdateProvisionedLimit = operation(UpdateProvisionedLimitCommand, {
  access: () => ({ resource: "*" }),
  async handle({ LimitDefinition, RequestedLimitValue }) {
    const FreeLimitValue = getFreeLimit(LimitDefinition)
    if (RequestedLimitValue !== FreeLimitValue)
      throw new WireError(
        "ServiceQuotaExceededException",
        "This server has no provisioned limits: its operator says by --rate-limits how often strangers may call.",
      )
    return { Limit: { LimitDefinition, ProvisionedLimitValue: FreeLimitValue, FreeLimitValue } }
  },
})
