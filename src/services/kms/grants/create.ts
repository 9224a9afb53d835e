import { CreateGrantCommand, type GrantConstraints, type GrantOperation } from "@aws-sdk/client-kms"
import { randomHex } from "../../../base/random.ts"
import { type InputOf, operation, type Scope } from "../../../operation.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import { storePrincipals } from "../../iam/service.ts"
import { type KeyRequirement, onKey } from "../access.ts"
import { dryRun, invalid, invalidArn, limitExceeded } from "../errors.ts"
import { assertEnabled, readNamedKey } from "../keys/find.ts"
import type { Key } from "../keys/record.ts"
import { GRANTS_OF_GRANTEE_AT_MOST, type Grant, insertGrant, listGrants, sourceOf } from "./record.ts"
import { formatGrantToken } from "./tokens.ts"

type Input = InputOf<typeof CreateGrantCommand>

/** Developer Guide, "Resource quotas": grants of a key. Counted as far as a grantee's own may go, see there. */
const PAIRS_AT_MOST = 8
const PAIR_LENGTH = 384

/** Developer Guide, "Grants in AWS KMS": what a grant may allow, by what the key is for. */
const ALWAYS = ["DescribeKey", "CreateGrant", "RetireGrant"]
const BY_USAGE: Readonly<Record<string, readonly string[]>> = {
  GENERATE_VERIFY_MAC: ["GenerateMac", "VerifyMac"],
  SIGN_VERIFY: ["Sign", "Verify", "GetPublicKey"],
}
const SYMMETRIC = [
  "Encrypt",
  "Decrypt",
  "ReEncryptFrom",
  "ReEncryptTo",
  "GenerateDataKey",
  "GenerateDataKeyWithoutPlaintext",
  "GenerateDataKeyPair",
  "GenerateDataKeyPairWithoutPlaintext",
]
const ASYMMETRIC = ["Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo", "GetPublicKey"]

export interface GrantTerms {
  keyId: string
  operations: readonly string[]
  grantee: string
  retiring?: string | undefined
  constraints?: GrantConstraints | undefined
  /** Whether a service makes it for one of its resources. */
  isForAwsResource?: boolean
}

/** What whoever makes a grant needs: Developer Guide, "AWS KMS condition keys". */
export function toGrant(terms: GrantTerms, home: Scope, grantTokens?: string[]): KeyRequirement {
  const { constraints = {} } = terms
  const types = (["EncryptionContextEquals", "EncryptionContextSubset"] as const).filter((type) => constraints[type])
  return onKey(terms.keyId, home, {
    action: "kms:CreateGrant",
    grantTokens,
    encryptionContext: constraints.EncryptionContextEquals ?? constraints.EncryptionContextSubset,
    context: {
      "kms:GrantOperations": terms.operations,
      "kms:GranteePrincipal": terms.grantee,
      "kms:RetiringPrincipal": terms.retiring,
      "kms:GrantConstraintType": types[0],
      "kms:GrantIsForAWSResource": String(terms.isForAwsResource ?? false),
    },
  })
}

const termsOf = (input: Input): GrantTerms => ({
  keyId: input.KeyId,
  operations: input.Operations,
  grantee: input.GranteePrincipal ?? input.GranteeServicePrincipal ?? "",
  retiring: input.RetiringPrincipal ?? input.RetiringServicePrincipal,
  constraints: input.Constraints,
})

export const CreateGrant = operation(CreateGrantCommand, {
  access: (input, home) => toGrant(termsOf(input), home, input.GrantTokens),
  async handle(input, context) {
    if ((input.GranteePrincipal === undefined) === (input.GranteeServicePrincipal === undefined))
      throw invalid("Specify either GranteePrincipal or GranteeServicePrincipal.")
    if (input.RetiringPrincipal !== undefined && input.RetiringServicePrincipal !== undefined)
      throw invalid("Specify either RetiringPrincipal or RetiringServicePrincipal.")
    for (const service of [input.GranteeServicePrincipal, input.RetiringServicePrincipal])
      if (service !== undefined && !isService(service)) throw invalid(`${service} is no service principal.`)
    for (const principal of [input.GranteePrincipal, input.RetiringPrincipal])
      if (principal !== undefined && isService(principal)) throw invalidArn(principal)
    const terms = termsOf(input)
    const granteeIsService = input.GranteeServicePrincipal !== undefined
    const grant = await context.store.transact(async (tx) => {
      const key = await readNamedKey(tx, input.KeyId, context)
      const { caller, clock } = context
      const issuer = caller.kind === "anonymous" ? "" : caller.account
      const further = { granteeIsService, name: input.Name ?? "", issuer, DryRun: input.DryRun }
      return storeGrant(tx, key, terms, further, clock.now())
    })
    return { GrantId: grant.id, GrantToken: formatGrantToken(context.masterKey, grant.id) }
  },
})

interface Further {
  granteeIsService: boolean
  name: string
  /** The account of whoever makes it. */
  issuer: string
  DryRun?: boolean | undefined
}

/** A grant of the key; the one of the same name and terms where there is one. */
export async function storeGrant(
  tx: Writing,
  key: Key,
  terms: GrantTerms,
  { granteeIsService, name, issuer, DryRun }: Further,
  now: number,
): Promise<Grant> {
  assertEnabled(key)
  assertTerms(key, terms)
  const { id: keyId, account, region } = key.record
  const grant: Grant = {
    id: randomHex(32),
    keyId,
    account,
    region,
    grantee: await granteeId(tx, terms.grantee),
    granteeIsService,
    retiring: terms.retiring === undefined ? "" : await granteeId(tx, terms.retiring),
    name,
    operations: terms.operations as GrantOperation[],
    ...(terms.constraints && { constraints: terms.constraints }),
    issuer: `arn:aws:iam::${issuer}:root`,
    createdAt: now,
  }
  if (name !== "") {
    const [same] = (await listGrants(tx, { key_id: keyId, name }, "", GRANTS_OF_GRANTEE_AT_MOST)).filter(
      (other) => formOf(other) === formOf(grant),
    )
    if (same) return same
  }
  const alike = { key_id: keyId, grantee: grant.grantee, source: sourceOf(grant) }
  const others = await listGrants(tx, alike, "", GRANTS_OF_GRANTEE_AT_MOST)
  if (others.length === GRANTS_OF_GRANTEE_AT_MOST)
    throw limitExceeded(`A grantee has at most ${GRANTS_OF_GRANTEE_AT_MOST} grants of a key.`)
  if (DryRun) throw dryRun()
  await insertGrant(tx, grant)
  return grant
}

const formOf = ({ id: _, createdAt: __, issuer: ___, ...terms }: Grant): string => JSON.stringify(terms, sortKeys)

const sortKeys = (_: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value

/** A character that no ARN has would make the name of another grantee. */
const ARN = /^arn:[^\s]{1,2000}$/

function assertTerms({ record }: Key, { operations, constraints = {} }: GrantTerms): void {
  if (constraints.SourceArn !== undefined && !ARN.test(constraints.SourceArn)) throw invalidArn(constraints.SourceArn)
  const { usage, spec } = record
  const isSymmetric = spec === "SYMMETRIC_DEFAULT"
  const allowed = [...ALWAYS, ...(BY_USAGE[usage] ?? (isSymmetric ? SYMMETRIC : ASYMMETRIC))]
  if (operations.length === 0) throw invalid("A grant has at least one operation.")
  const wrong = operations.find((name) => !allowed.includes(name))
  if (wrong) throw invalid(`The operation ${wrong} is not supported in grants of a key of the spec ${spec}.`)
  const { EncryptionContextSubset, EncryptionContextEquals } = constraints
  if (!EncryptionContextSubset && !EncryptionContextEquals) return
  if (!isSymmetric) throw invalid("Grants of this key cannot be constrained by an encryption context.")
  if (EncryptionContextSubset && EncryptionContextEquals)
    throw invalid("Specify either EncryptionContextSubset or EncryptionContextEquals.")
  const pairs = Object.entries(EncryptionContextEquals ?? EncryptionContextSubset ?? {})
  if (pairs.length === 0) throw invalid("A constraint has at least one pair.")
  if (pairs.length > PAIRS_AT_MOST || pairs.some(([key, value]) => key.length + value.length > PAIR_LENGTH))
    throw invalid(`A constraint has at most ${PAIRS_AT_MOST} pairs of at most ${PAIR_LENGTH} characters.`)
}

/** Source: API Reference, CreateGrant: `GranteeServicePrincipal`. */
export const isService = (name: string): boolean => /^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com$/.test(name)

const granteeId = async (tx: Reading, principal: string): Promise<string> =>
  isService(principal) ? principal : principalId(tx, principal)

/** As policies keep it. */
export async function principalId(tx: Reading, principal: string): Promise<string> {
  const stored = await storePrincipals(tx, JSON.stringify({ Statement: [{ Principal: { AWS: principal } }] }))
  if (principal === "*" || "unknown" in stored) throw invalidArn(principal)
  const name = JSON.parse(stored.document).Statement[0].Principal.AWS as string
  return /^\d{12}$/.test(name) ? `arn:aws:iam::${name}:root` : name
}
