import type { Constraints } from "../../../service.ts"
import { invalidParameter } from "../errors.ts"

const PREFIX = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
/** Source: "Using your own domain for managed login". */
const CUSTOM = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,}[a-z][a-z0-9-]{0,61}[a-z0-9]$/
/** Source: "Using the Amazon Cognito domain for managed login": words that a prefix must not have. */
const RESERVED = ["aws", "amazon", "cognito"]

export function assertPrefix(name: string): void {
  // The text is in mineiros-io/terraform-aws-cognito-user-pool issue 69.
  if (!PREFIX.test(name))
    throw invalidParameter(
      "The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, and hyphens. Please enter a different name that follows this format: ^[a-z0-9](?:[a-z0-9\\-]{0,61}[a-z0-9])?$",
    )
  const reserved = RESERVED.find((word) => name.includes(word))
  if (reserved) throw invalidParameter(`Domain cannot contain reserved word: ${reserved}`) // UNVERIFIED text
}

/** AWS's own: clients that are led here by them would find one pool's pages where services and other pools are. */
const AWS = /(?:^|\.)(?:amazonaws\.com|amazonaws\.com\.cn|amazoncognito\.com|api\.aws|on\.aws)$/

/** Throws where it is no name that a pool could have for itself: AWS asks for a certificate of it. */
export function assertCustomDomain(name: string, serverHosts: readonly string[]): void {
  if (!CUSTOM.test(name) || AWS.test(name) || serverHosts.includes(name)) throw invalidParameter("Invalid domain name.") // UNVERIFIED text
}

/** The pattern of the model is the prefix's, and custom domains have dots: AWS does not hold them to it. */
export function withoutDomainPattern(constraints: Constraints): Constraints {
  const structures = { ...constraints.structures }
  for (const verb of ["Create", "Describe", "Update", "Delete"]) {
    const name = `${verb}UserPoolDomainRequest`
    const { Domain, ...members } = structures[name] as { Domain: { pattern?: string } }
    const { pattern, ...rest } = Domain
    structures[name] = { Domain: rest, ...members }
  }
  return { ...constraints, structures }
}
