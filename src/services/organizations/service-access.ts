import {
  DisableAWSServiceAccessCommand,
  EnableAWSServiceAccessCommand,
  ListAWSServiceAccessForOrganizationCommand,
} from "@aws-sdk/client-organizations"
import { operation } from "../../operation.ts"
import { unknownServicePrincipal } from "./errors.ts"
import { getManagedOrganization } from "./organization.ts"
import { listPage } from "./paging.ts"

const onService = ({ ServicePrincipal }: { ServicePrincipal: string }) => ({
  resource: "*",
  context: { "organizations:ServicePrincipal": ServicePrincipal },
})

function assertServicePrincipal(name: string): void {
  if (!/^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com$/.test(name)) throw unknownServicePrincipal()
}

/** Which services of AWS may act in the accounts of the organization. It is kept and told: no service here acts in
 * another's account. */
export const EnableAWSServiceAccess = operation(EnableAWSServiceAccessCommand, {
  access: onService,
  async handle({ ServicePrincipal }, { store, account, clock }) {
    assertServicePrincipal(ServicePrincipal)
    const now = clock.now()
    await store.transact(async (tx) => {
      const { id } = await getManagedOrganization(tx, account)
      await tx.run(
        `INSERT INTO org_service_access (org_id, principal, enabled_at) VALUES ($1, $2, $3)
         ON CONFLICT (org_id, principal) DO NOTHING`,
        id,
        ServicePrincipal,
        now,
      )
    })
    return {}
  },
})

export const DisableAWSServiceAccess = operation(DisableAWSServiceAccessCommand, {
  access: onService,
  async handle({ ServicePrincipal }, { store, account }) {
    assertServicePrincipal(ServicePrincipal)
    await store.transact(async (tx) => {
      const { id } = await getManagedOrganization(tx, account)
      await tx.run("DELETE FROM org_service_access WHERE org_id = $1 AND principal = $2", id, ServicePrincipal)
    })
    return {}
  },
})

export const ListAWSServiceAccessForOrganization = operation(ListAWSServiceAccessForOrganizationCommand, {
  access: () => ({ resource: "*" }),
  handle: (input, { store, account, masterKey }) =>
    store.read(async (tx) => {
      const { id } = await getManagedOrganization(tx, account)
      const { items, ...more } = await listPage(masterKey, `ListAWSServiceAccessForOrganization ${id}`, input, {
        load: (after, limit) =>
          tx.all<{ principal: string; enabled_at: number | bigint }>(
            `SELECT principal, enabled_at FROM org_service_access
             WHERE org_id = $1 AND principal > $2 ORDER BY principal LIMIT $3`,
            id,
            after,
            limit,
          ),
        keyOf: ({ principal }) => principal,
      })
      return {
        EnabledServicePrincipals: items.map(({ principal, enabled_at }) => ({
          ServicePrincipal: principal,
          DateEnabled: new Date(Number(enabled_at)),
        })),
        ...more,
      }
    }),
})
