import type { AccessControlPolicy, Grant } from "@aws-sdk/client-s3"
import { WireError } from "../../../wire/errors.ts"
import { invalidArgument } from "../errors.ts"
import type { AclInput } from "../objects/acl-headers.ts"

export interface GrantInput extends AclInput {
  GrantWrite?: string | undefined
  AccessControlPolicy?: AccessControlPolicy | undefined
}

/** S3 user guide, "Who is a grantee?". */
const GROUPS = new Set(
  ["global/AllUsers", "global/AuthenticatedUsers", "s3/LogDelivery"].map(
    (name) => `http://acs.amazonaws.com/groups/${name}`,
  ),
)
const PERMISSIONS = new Set(["FULL_CONTROL", "READ", "WRITE", "READ_ACP", "WRITE_ACP"])
const HEADERS = [
  ["x-amz-grant-full-control", "GrantFullControl"],
  ["x-amz-grant-read", "GrantRead"],
  ["x-amz-grant-read-acp", "GrantReadACP"],
  ["x-amz-grant-write", "GrantWrite"],
  ["x-amz-grant-write-acp", "GrantWriteACP"],
] as const

/** Refuses grants that nobody could mean, whether or not the bucket takes any. Texts and members recorded. */
export function assertGrants(input: GrantInput): void {
  for (const [header, member] of HEADERS) {
    const value = input[member]
    if (value !== undefined) for (const grantee of splitGrantees(value)) assertHeaderGrantee(header, value, grantee)
  }
  const policy = input.AccessControlPolicy
  if (policy === undefined) return
  if (!policy.Owner?.ID || !policy.Grants) throw malformedAcl()
  for (const grant of policy.Grants) assertGrant(grant)
}

/** `id="...", uri="..."`. */
const splitGrantees = (value: string): string[] => value.split(",").map((grantee) => grantee.trim())

function assertHeaderGrantee(header: string, value: string, grantee: string): void {
  const [, kind = "", name = ""] = /^(id|uri|emailAddress)\s*=\s*"?([^"]*)"?$/i.exec(grantee) ?? []
  if (kind === "") throw invalidArgument("Argument format not recognized", header, value)
  assertGrantee(kind, name)
}

function assertGrantee(kind: string, name: string): void {
  if (kind === "uri" && !GROUPS.has(name)) throw invalidArgument("Invalid group uri", "uri", name)
  if (kind === "id" && !/^[0-9a-f]{64}$/.test(name)) throw invalidArgument("Invalid id", "id", name)
}

function assertGrant({ Grantee, Permission }: Grant): void {
  if (!Permission || !PERMISSIONS.has(Permission) || !Grantee) throw malformedAcl()
  if (Grantee.Type === "Group" && Grantee.URI !== undefined) assertGrantee("uri", Grantee.URI)
  else if (Grantee.Type === "CanonicalUser" && Grantee.ID !== undefined) assertGrantee("id", Grantee.ID)
  else if (Grantee.Type !== "AmazonCustomerByEmail" || Grantee.EmailAddress === undefined) throw malformedAcl()
}

const malformedAcl = () =>
  new WireError(
    "MalformedACLError",
    "The XML you provided was not well-formed or did not validate against our published schema",
  )
