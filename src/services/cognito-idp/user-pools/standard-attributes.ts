import type { SchemaAttributeType } from "@aws-sdk/client-cognito-identity-provider"

const text = (Name: string, MinLength = "0", MaxLength = "2048"): SchemaAttributeType => ({
  Name,
  AttributeDataType: "String",
  DeveloperOnlyAttribute: false,
  Mutable: true,
  Required: false,
  StringAttributeConstraints: { MinLength, MaxLength },
})

const flag = (Name: string): SchemaAttributeType => ({
  Name,
  AttributeDataType: "Boolean",
  DeveloperOnlyAttribute: false,
  Mutable: true,
  Required: false,
})

/**
 * The OpenID Connect attributes that every pool has, as DescribeUserPool answers them.
 * Source: the SchemaAttributes of "describe-user-pool" in the AWS CLI reference.
 */
export const STANDARD_ATTRIBUTES: readonly SchemaAttributeType[] = [
  { ...text("sub", "1"), Mutable: false, Required: true },
  text("name"),
  text("given_name"),
  text("family_name"),
  text("middle_name"),
  text("nickname"),
  text("preferred_username"),
  text("profile"),
  text("picture"),
  text("website"),
  text("email"),
  flag("email_verified"),
  text("gender"),
  text("birthdate", "10", "10"),
  text("zoneinfo"),
  text("locale"),
  text("phone_number"),
  flag("phone_number_verified"),
  text("address"),
  {
    Name: "updated_at",
    AttributeDataType: "Number",
    DeveloperOnlyAttribute: false,
    Mutable: true,
    Required: false,
    NumberAttributeConstraints: { MinValue: "0" },
  },
  { ...text("identities"), StringAttributeConstraints: {} },
]

export const STANDARD_NAMES: ReadonlySet<string> = new Set(STANDARD_ATTRIBUTES.map(({ Name }) => Name!))

/** Standard attributes that no client can be given or refused. */
export const SYSTEM_NAMES: ReadonlySet<string> = new Set(["sub", "identities"])
