import type { Requirement } from "../../authorization/requirement.ts"
import type { ResourceFacts } from "../../authorization/resource-facts.ts"
import type { Deps } from "../../call.ts"
import type { ContextValue, Principal } from "../../policy/index.ts"
import type { KeyRequirement } from "./access.ts"
import { findKeyName, type KeyName } from "./arns.ts"
import { findGrants } from "./grants/effective.ts"
import { findNamedKey } from "./keys/find.ts"
import type { Key } from "./keys/record.ts"

/** Of these the alias itself is the resource, and no key (Service Authorization Reference, "AWS KMS"). */
const ON_ALIASES = new Set(["kms:CreateAlias", "kms:UpdateAlias", "kms:DeleteAlias"])

/** What keys of other accounts may be used for, whatever their policies say beyond (Developer Guide, "Allowing users in
 * other accounts to use a KMS key", and "Cross-account use" on each operation's page of the API Reference). */
const ACROSS_ACCOUNTS = new Set(
  [
    "Encrypt",
    "Decrypt",
    "ReEncryptFrom",
    "ReEncryptTo",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "GenerateMac",
    "VerifyMac",
    "Sign",
    "Verify",
    "GetPublicKey",
    "DescribeKey",
    "GetKeyRotationStatus",
    "CreateGrant",
    "ListGrants",
    "RetireGrant",
    "RevokeGrant",
  ].map((name) => `kms:${name}`),
)

/** The key that the ARN names, with its policy and the grants that name the principal. */
export async function resourceFacts(
  arn: string,
  action: string,
  deps: Deps,
  requirement: Requirement,
  principal: Principal,
): Promise<ResourceFacts | undefined> {
  const name = findKeyName(arn)
  if (!name) return undefined
  const { account } = name
  if (name.is === "alias" && ON_ALIASES.has(action)) return { account, context: callerKeys(principal) }
  const key = await findNamedKey(deps, name)
  // A key that is not there belongs to the account that its ARN names, so that strangers learn nothing of it; its own account
  // hears that it is not there where policies of IAM allow the call. UNVERIFIED which AWS looks at first.
  if (!key) return { account, context: callerKeys(principal) }
  if (principal.account !== null && principal.account !== account && !ACROSS_ACCOUNTS.has(action))
    return { account, arn: key.arn, policyType: "key", context: callerKeys(principal) }
  const asked = requirement as KeyRequirement
  return {
    account,
    arn: key.arn,
    policy: key.policy,
    policyType: "key",
    grants: [...(await findGrants(deps, key, principal, asked)), ...(asked.furtherGrants ?? [])],
    tags: key.record.tags,
    context: { ...callerKeys(principal), ...keysOf(key, name) },
  }
}

const callerKeys = ({ account }: Principal): Record<string, ContextValue> =>
  account === null ? {} : { "kms:CallerAccount": account }

/** Developer Guide, "AWS KMS condition keys": those that the key itself gives. */
function keysOf({ record, aliases }: Key, name: KeyName): Record<string, ContextValue> {
  return {
    "kms:KeySpec": record.spec,
    "kms:CustomerMasterKeySpec": record.spec,
    "kms:KeyUsage": record.usage,
    "kms:CustomerMasterKeyUsage": record.usage,
    "kms:KeyOrigin": "AWS_KMS",
    "kms:MultiRegion": "false",
    ...(aliases.length > 0 && { "kms:ResourceAliases": aliases }),
    ...(name.is === "alias" && { "kms:RequestAlias": name.name }),
  }
}
