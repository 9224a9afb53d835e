import { formatArn, parseArn } from "../../base/arn.ts"

interface OrganizationName {
  id: string
  managementAccount: string
}

const arnOf = (account: string, resource: string): string =>
  formatArn({ service: "organizations", region: "", account, resource })

export const organizationArn = ({ id, managementAccount }: OrganizationName): string =>
  arnOf(managementAccount, `organization/${id}`)
export const accountArn = ({ id, managementAccount }: OrganizationName, account: string): string =>
  arnOf(managementAccount, `account/${id}/${account}`)
export const rootArn = ({ id, managementAccount }: OrganizationName, rootId: string): string =>
  arnOf(managementAccount, `root/${id}/${rootId}`)

export const unitArn = ({ id, managementAccount }: OrganizationName, unitId: string): string =>
  arnOf(managementAccount, `ou/${id}/${unitId}`)

/** What a request can name: an account, a unit or a root without its organization, which `resourceFacts` adds. */
export const partialArn = (account: string, id: string): string =>
  arnOf(account, /^\d/.test(id) ? `account/${id}` : `${id.startsWith("r-") ? "root" : "ou"}/${id}`)

/** The id that a partial ARN has. */
export function idOfPartialArn(text: string): string | undefined {
  const arn = parseArn(text)
  const parts = arn?.service === "organizations" ? /^(?:account|root|ou)\/([^/]+)$/.exec(arn.resource) : undefined
  return parts?.[1]
}
