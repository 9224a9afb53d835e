/** What AWS's older validator says of the values of Resource. The texts are those of live IAM, by way of the tests of
 * others; which of them a value gets first is theirs too. */

/** An ARN that is cut short in a way that cannot be read on: an empty part among too few, or no service. */
export function failsLegacyParsing(resource: string): boolean {
  if (!resource.startsWith("arn:")) return false
  const parts = resource.split(":")
  return (parts.length < 6 && resource.includes("::")) || parts[2] === ""
}

const PARTITIONS = new Set([
  "aws",
  "aws-cn",
  "aws-us-gov",
  "aws-iso",
  "aws-iso-b",
  "aws-iso-e",
  "aws-iso-f",
  "aws-eusc",
])

/** The starts of the resources of IAM, as the message lists them. */
const IAM_PATHS = [
  "user/",
  "federated-user/",
  "role/",
  "group/",
  "instance-profile/",
  "mfa/",
  "server-certificate/",
  "policy/",
  "sms-mfa/",
  "saml-provider/",
  "oidc-provider/",
  "report/",
  "access-report/",
]

export function findResourceError(resource: string): string | undefined {
  if (resource === "*") return undefined
  const [first, partition = "", service = "", region = "", account = "", ...path] = resource.split(":")
  if (first === resource) return `Resource ${resource} must be in ARN format or "*".`
  if (!PARTITIONS.has(partition) && !(first === "arn" && /[*?]/.test(partition))) return partitionError(resource)
  if (service === "" || /[*?]/.test(service))
    return "Resource vendor must be fully qualified and cannot contain regexes."
  if (service === "iam") {
    if (region !== "") return `IAM resource ${resource} cannot contain region information.`
    const name = path.join(":")
    if (path.length > 0 && name !== "*" && !IAM_PATHS.some((start) => name.startsWith(start)))
      return `IAM resource path must either be "*" or start with ${IAM_PATHS.join(", ")}.`
  }
  // A wildcard is no region: `arn:aws:s3:*:*:accesspoint/*`.
  if (service === "s3" && region !== "" && account === "" && !/[*?]/.test(region))
    return `Resource ${resource} can not contain region information.`
  return undefined
}

/** Names the ARN that the value would be, with `*` for the parts that it lacks. */
function partitionError(resource: string): string {
  const [, partition = "", ...rest] = resource.split(":")
  const [service = "*", region = "*", account = "*"] = rest
  const path = rest.length > 3 ? rest.slice(3).join(":") : "*"
  return `Partition "${partition}" is not valid for resource "arn:${partition}:${service}:${region}:${account}:${path}".`
}
