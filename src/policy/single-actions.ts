/**
 * The two facts about single actions that belong to AWS's evaluation itself. Nothing else of any service is known here.
 */

/**
 * Actions that need no permission and that no policy denies: "you cannot use policies to control authentication
 * operations" (GetSessionToken), "if an administrator attaches a policy that explicitly denies access, you can still
 * perform this operation" (GetCallerIdentity). In lower case.
 */
const UNCONDITIONAL = new Set(["sts:getcalleridentity", "sts:getsessiontoken"])

/** Actions of which AWS only says "no permissions are required": allowed unless something denies. In lower case. */
const ALLOWED_UNLESS_DENIED = new Set(["sts:getaccesskeyinfo"])

export const needsNoPermission = (lowerCaseAction: string): boolean => UNCONDITIONAL.has(lowerCaseAction)
export const needsNoAllow = (lowerCaseAction: string): boolean => ALLOWED_UNLESS_DENIED.has(lowerCaseAction)

/**
 * Actions without a resource type ask about `*`, which only the pattern `*` covers. One of them is covered by the
 * patterns of a resource type all the same, as AWS's own example policies have it ("Amazon S3: allows ... all buckets").
 */
const ALSO_KNOWN_AS = new Map([["s3:listallmybuckets", "arn:aws:s3:::*"]])

/** The other name of the resource `*` in a request for this action. */
export const findOtherResource = (lowerCaseAction: string, resource: string): string | undefined =>
  resource === "*" ? ALSO_KNOWN_AS.get(lowerCaseAction) : undefined
