import {
  CreateOrganizationCommand,
  DeleteOrganizationCommand,
  DescribeOrganizationCommand,
  type Organization,
} from "@aws-sdk/client-organizations"
import { DIGITS, LOWER, randomText } from "../../base/random.ts"
import { operation } from "../../operation.ts"
import type { Reading } from "../../store/store.ts"
import { listMembers, putMember, removeMember } from "./account-record.ts"
import { accountArn, organizationArn } from "./arns.ts"
import { alreadyMember, managementOnly, notInOrganization, organizationNotEmpty } from "./errors.ts"

/** An organization as it is kept. */
export interface OrganizationRecord {
  id: string
  managementAccount: string
  managementEmail: string
  rootId: string
  featureSet: "ALL" | "CONSOLIDATED_BILLING"
}

/** The organization that an account is in. */
export async function findOrganizationOf(tx: Reading, account: string): Promise<OrganizationRecord | undefined> {
  const row = await tx.get<{ body: string }>(
    `SELECT o.body FROM org_accounts a JOIN org_organizations o ON o.org_id = a.org_id WHERE a.account = $1`,
    account,
  )
  return row && JSON.parse(row.body)
}

export async function getOrganizationOf(tx: Reading, account: string): Promise<OrganizationRecord> {
  const organization = await findOrganizationOf(tx, account)
  if (!organization) throw notInOrganization()
  return organization
}

/** The organization that an account manages: most operations are the management account's alone. */
export async function getManagedOrganization(tx: Reading, account: string): Promise<OrganizationRecord> {
  const organization = await getOrganizationOf(tx, account)
  if (organization.managementAccount !== account) throw managementOnly(account)
  return organization
}

const describe = (organization: OrganizationRecord): Organization => ({
  Id: organization.id,
  Arn: organizationArn(organization),
  FeatureSet: organization.featureSet,
  MasterAccountArn: accountArn(organization, organization.managementAccount),
  MasterAccountId: organization.managementAccount,
  MasterAccountEmail: organization.managementEmail,
  // AWS lists what is there to be enabled, whether it is enabled or not.
  AvailablePolicyTypes:
    organization.featureSet === "ALL" ? [{ Type: "SERVICE_CONTROL_POLICY", Status: "ENABLED" }] : [],
})

/** The caller's account becomes the management account. */
export const CreateOrganization = operation(CreateOrganizationCommand, {
  access: () => ({ resource: "*" }),
  async handle({ FeatureSet = "ALL" }, { store, account, clock }) {
    const alphabet = LOWER + DIGITS
    const organization: OrganizationRecord = {
      id: `o-${randomText(alphabet, 10)}`,
      managementAccount: account,
      // An account that was not made here has no address of its own.
      managementEmail: `root@${account}.invalid`,
      rootId: `r-${randomText(alphabet, 4)}`,
      featureSet: FeatureSet as OrganizationRecord["featureSet"],
    }
    const joinedAt = clock.now()
    await store.transact(async (tx) => {
      if (await findOrganizationOf(tx, account)) throw alreadyMember()
      await tx.run(
        "INSERT INTO org_organizations (org_id, body) VALUES ($1, $2)",
        organization.id,
        JSON.stringify(organization),
      )
      const { id: orgId, managementEmail: email } = organization
      const joining = { name: "management", joinedMethod: "INVITED", joinedAt, parentId: "" } as const
      await putMember(tx, { account, orgId, email, ...joining })
    })
    return { Organization: describe(organization) }
  },
})

/** Any account of the organization may ask. */
export const DescribeOrganization = operation(DescribeOrganizationCommand, {
  access: () => ({ resource: "*" }),
  handle: (_input, { store, account }) =>
    store.read(async (tx) => ({ Organization: describe(await getOrganizationOf(tx, account)) })),
})

/** Where the management account is all that is in it. */
export const DeleteOrganization = operation(DeleteOrganizationCommand, {
  access: () => ({ resource: "*" }),
  async handle(_input, { store, account }) {
    await store.transact(async (tx) => {
      const { id, rootId } = await getManagedOrganization(tx, account)
      const unit = await tx.get("SELECT unit_id FROM org_units WHERE org_id = $1 LIMIT 1", id)
      if (unit || (await listMembers(tx, id, "", 2)).length > 1) throw organizationNotEmpty()
      await tx.run("DELETE FROM org_tags WHERE resource_id = $1", rootId)
      for (const table of ["org_service_access", "org_account_requests", "org_organizations"])
        await tx.run(`DELETE FROM ${table} WHERE org_id = $1`, id)
      await removeMember(tx, account)
    })
    return {}
  },
})
