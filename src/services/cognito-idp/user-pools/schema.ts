import type { SchemaAttributeType } from "@aws-sdk/client-cognito-identity-provider"
import { invalidParameter } from "../errors.ts"
import { STANDARD_ATTRIBUTES, STANDARD_NAMES } from "./standard-attributes.ts"

/** Of one pool. Source: "Quotas in Amazon Cognito". */
const MAX_CUSTOM_ATTRIBUTES = 50

/** The schema of a new pool: the standard attributes as the request changes them, then the custom ones. */
export function createSchema(requested: SchemaAttributeType[] = []): SchemaAttributeType[] {
  const standard = requested.filter(({ Name }) => Name !== undefined && STANDARD_NAMES.has(Name))
  const schema = STANDARD_ATTRIBUTES.map((attribute) => {
    const change = standard.find(({ Name }) => Name === attribute.Name)
    return change ? changeStandard(attribute, change) : attribute
  })
  return addCustomAttributes(
    schema,
    requested.filter((attribute) => !standard.includes(attribute)),
  )
}

function changeStandard(attribute: SchemaAttributeType, change: SchemaAttributeType): SchemaAttributeType {
  if (change.AttributeDataType === undefined)
    throw invalidParameter("Invalid AttributeDataType input, consider using the provided AttributeDataType enum.")
  if (change.AttributeDataType !== attribute.AttributeDataType)
    throw invalidParameter(
      `You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute ${attribute.Name}`,
    )
  if (change.DeveloperOnlyAttribute)
    throw invalidParameter(
      `You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute ${attribute.Name}`,
    )
  return {
    ...attribute,
    // `sub` stays as it is.
    Mutable: attribute.Name === "sub" ? false : (change.Mutable ?? attribute.Mutable),
    Required: attribute.Name === "sub" ? true : (change.Required ?? attribute.Required),
    ...(change.StringAttributeConstraints &&
      attribute.AttributeDataType === "String" && {
        StringAttributeConstraints: { ...attribute.StringAttributeConstraints, ...change.StringAttributeConstraints },
      }),
    ...(change.NumberAttributeConstraints &&
      attribute.AttributeDataType === "Number" && {
        NumberAttributeConstraints: { ...attribute.NumberAttributeConstraints, ...change.NumberAttributeConstraints },
      }),
  }
}

/** The schema with these attributes added. */
export function addCustomAttributes(
  schema: readonly SchemaAttributeType[],
  added: readonly SchemaAttributeType[],
): SchemaAttributeType[] {
  const result = [...schema]
  for (const attribute of added) {
    const custom = createCustom(attribute)
    if (result.some(({ Name }) => Name === custom.Name))
      throw invalidParameter(`${custom.Name}: Existing attribute already has name ${custom.Name}.`)
    result.push(custom)
  }
  const count = result.filter(({ Name }) => !STANDARD_NAMES.has(Name!)).length
  if (count > MAX_CUSTOM_ATTRIBUTES)
    throw invalidParameter(`The number of custom attributes cannot exceed ${MAX_CUSTOM_ATTRIBUTES}.`) // UNVERIFIED text
  return result
}

/** UNVERIFIED: that a custom attribute can be changed unless the request says otherwise. */
function createCustom(attribute: SchemaAttributeType): SchemaAttributeType {
  const { Name, AttributeDataType = "String", DeveloperOnlyAttribute = false, Mutable = true } = attribute
  if (Name === undefined) throw invalidParameter("Attribute name is required.") // UNVERIFIED text
  if (attribute.Required) throw invalidParameter("Required custom attributes are not supported currently.")
  const bare = Name.replace(/^(?:custom|dev):/, "")
  const custom: SchemaAttributeType = {
    Name: `${DeveloperOnlyAttribute ? "dev" : "custom"}:${bare}`,
    AttributeDataType,
    DeveloperOnlyAttribute,
    Mutable,
    Required: false,
  }
  if (AttributeDataType === "String") {
    const { StringAttributeConstraints = {} } = attribute
    assertRange(Name, StringAttributeConstraints.MinLength, StringAttributeConstraints.MaxLength)
    custom.StringAttributeConstraints = StringAttributeConstraints
  }
  if (AttributeDataType === "Number") {
    const { NumberAttributeConstraints = {} } = attribute
    assertRange(Name, NumberAttributeConstraints.MinValue, NumberAttributeConstraints.MaxValue)
    custom.NumberAttributeConstraints = NumberAttributeConstraints
  }
  return custom
}

/** The attribute's own limits: whole numbers in text, the lower not above the upper. */
function assertRange(name: string, least: string | undefined, most: string | undefined): void {
  for (const limit of [least, most])
    if (limit !== undefined && !/^-?\d{1,30}$/.test(limit))
      throw invalidParameter(`Invalid constraint for attribute ${name}.`) // UNVERIFIED text
  if (least !== undefined && most !== undefined && BigInt(least) > BigInt(most))
    throw invalidParameter(`Invalid constraint for attribute ${name}.`) // UNVERIFIED text
}
