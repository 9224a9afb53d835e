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

/** Its type need not be said: it is what it is. `sub` stays as it is. */
function changeStandard(attribute: SchemaAttributeType, change: SchemaAttributeType): SchemaAttributeType {
  const { AttributeDataType = attribute.AttributeDataType, DeveloperOnlyAttribute, Mutable, Required } = change
  if (AttributeDataType !== attribute.AttributeDataType || DeveloperOnlyAttribute)
    throw invalidParameter(
      `You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute ${attribute.Name}`,
    )
  const isSub = attribute.Name === "sub"
  return withConstraints(
    {
      ...attribute,
      Mutable: isSub ? false : (Mutable ?? attribute.Mutable),
      Required: isSub ? true : (Required ?? attribute.Required),
    },
    change,
  )
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

/**
 * The prefix is put before whatever the name is (reported in public threads: `custom:custom:name`, `dev:custom:name`).
 * Nobody may change the attribute unless the request says otherwise.
 */
function createCustom(attribute: SchemaAttributeType): SchemaAttributeType {
  const { Name, AttributeDataType, DeveloperOnlyAttribute = false, Mutable = false, Required = false } = attribute
  if (Name === undefined) throw invalidParameter("Attribute name is required.") // UNVERIFIED text
  if (AttributeDataType === undefined)
    throw invalidParameter("Invalid AttributeDataType input, consider using the provided AttributeDataType enum.")
  if (Required) throw invalidParameter("Required custom attributes are not supported currently.")
  const custom: SchemaAttributeType = {
    Name: `${DeveloperOnlyAttribute ? "dev:" : ""}custom:${Name}`,
    AttributeDataType,
    DeveloperOnlyAttribute,
    Mutable,
    Required,
    ...(AttributeDataType === "String" && { StringAttributeConstraints: {} }),
    ...(AttributeDataType === "Number" && { NumberAttributeConstraints: {} }),
  }
  return withConstraints(custom, attribute)
}

/** Source: StringAttributeConstraintsType and NumberAttributeConstraintsType. */
const LONGEST = 2048n
const GREATEST = 2n ** 1023n

/** The attribute with the constraints of its type that a request gives: whole numbers in text, the lower not above the upper. */
function withConstraints(attribute: SchemaAttributeType, given: SchemaAttributeType): SchemaAttributeType {
  if (attribute.AttributeDataType === "String") {
    const constraints = { ...attribute.StringAttributeConstraints, ...given.StringAttributeConstraints }
    const { MinLength, MaxLength } = constraints
    if (!isRange(MinLength, MaxLength, 0n, LONGEST))
      throw invalidParameter(`Invalid StringAttributeConstraints for schema attribute ${attribute.Name}`)
    return { ...attribute, StringAttributeConstraints: constraints }
  }
  if (attribute.AttributeDataType === "Number") {
    const constraints = { ...attribute.NumberAttributeConstraints, ...given.NumberAttributeConstraints }
    const { MinValue, MaxValue } = constraints
    if (!isRange(MinValue, MaxValue, -GREATEST, GREATEST))
      throw invalidParameter(`Invalid NumberAttributeConstraints for schema attribute ${attribute.Name}`)
    return { ...attribute, NumberAttributeConstraints: constraints }
  }
  return attribute
}

function isRange(low: string | undefined, high: string | undefined, least: bigint, most: bigint): boolean {
  const limits = [low, high].map((text) => (text === undefined ? undefined : parseLimit(text)))
  if (limits.some((limit) => limit === null)) return false
  const [from = least, to = most] = limits as (bigint | undefined)[]
  return least <= from && from <= to && to <= most
}

/** Null where it is no whole number. No limit has more digits than the greatest. */
const parseLimit = (text: string): bigint | null => (/^-?\d{1,309}$/.test(text) ? BigInt(text) : null)
