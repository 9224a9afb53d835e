import type { PolicyDocument, StatementDocument } from "../../../policy/index.ts"

/**
 * Keys that make a statement for everyone private where they are held to fixed values.
 * S3 user guide, "Blocking public access", "The meaning of public".
 */
const FIXING_KEYS = new Set([
  "aws:sourcearn",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:sourceowner",
  "aws:sourceaccount",
  "aws:userid",
  "aws:principalorgid",
  "aws:principalorgpaths",
  "aws:principalaccount",
  "aws:principalarn",
  "s3:x-amz-server-side-encryption-aws-kms-key-id",
  "s3:dataaccesspointarn",
  "s3:dataaccesspointaccount",
])

const FIXING_OPERATORS = /^(ForAnyValue:)?(StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike)$/i

/** Whether a bucket policy is public: whether any statement lets in callers that nobody can name beforehand. */
export const isPublicPolicy = ({ Statement }: PolicyDocument): boolean =>
  ([Statement].flat() as StatementDocument[]).some(isPublicStatement)

function isPublicStatement({ Effect, Principal, Condition }: StatementDocument): boolean {
  if (Effect !== "Allow" || !isEveryone(Principal)) return false
  return !Object.entries(Condition ?? {}).some(([operator, keys]) =>
    Object.entries(keys).some(([key, values]) => isFixed(operator, key.toLowerCase(), listOf(values))),
  )
}

function isEveryone(principal: StatementDocument["Principal"]): boolean {
  if (typeof principal === "string") return principal === "*"
  return Object.entries(principal ?? {}).some(([kind, values]) => kind === "AWS" && [values].flat().includes("*"))
}

function isFixed(operator: string, key: string, values: readonly string[]): boolean {
  if (values.length === 0) return false
  if (key === "aws:sourceip") return /^IpAddress$/i.test(operator) && values.every(isNarrow)
  return FIXING_KEYS.has(key) && FIXING_OPERATORS.test(operator) && values.every((value) => !/[*?]|\$\{/.test(value))
}

const listOf = (values: unknown): readonly string[] =>
  (Array.isArray(values) ? values : [values]).map((value) => String(value))

/** Ranges wider than /8 of IPv4 and /32 of IPv6 count as everyone. */
function isNarrow(range: string): boolean {
  const [address = "", bits] = range.split("/")
  if (/[*?$]/.test(range)) return false
  const isV6 = address.includes(":")
  const width = bits === undefined ? (isV6 ? 128 : 32) : Number(bits)
  return width >= (isV6 ? 32 : 8)
}
