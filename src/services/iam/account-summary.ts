import { GetAccountSummaryCommand } from "@aws-sdk/client-iam"
import { operation } from "../../operation.ts"
import type { Reading } from "../../store/store.ts"
import { onAccount } from "./access.ts"
import { listKeys } from "./access-keys.ts"
import { listCredentials } from "./credentials/record.ts"
import { countIdentities } from "./identities/record.ts"
import { countDevices } from "./mfa/record.ts"
import { quotas } from "./quotas.ts"

/** The tables that are counted by their `account` column. */
type Counted = "iam_policies" | "iam_oidc_providers" | "iam_saml_providers" | "iam_instance_profiles"

async function count(tx: Reading, account: string, table: Counted): Promise<number> {
  const row = await tx.get<{ n: number | bigint }>(`SELECT count(*) AS n FROM ${table} WHERE account = $1`, account)
  return Number(row?.n ?? 0)
}

async function countVersions(tx: Reading, account: string): Promise<number> {
  const row = await tx.get<{ n: number | bigint }>(
    `SELECT count(*) AS n FROM iam_policy_versions v JOIN iam_policies p ON p.arn = v.policy_arn WHERE p.account = $1`,
    account,
  )
  return Number(row?.n ?? 0)
}

/** API Reference, `GetAccountSummary`: the keys; server certificates are none here. */
export const GetAccountSummary = operation(GetAccountSummaryCommand, {
  access: onAccount,
  handle: (_input, context) =>
    context.store.read(async (tx) => {
      const { account } = context
      const providers =
        (await count(tx, account, "iam_oidc_providers")) + (await count(tx, account, "iam_saml_providers"))
      return {
        SummaryMap: {
          ...quotas,
          Users: await countIdentities(tx, account, "user"),
          Groups: await countIdentities(tx, account, "group"),
          Roles: await countIdentities(tx, account, "role"),
          Policies: await count(tx, account, "iam_policies"),
          PolicyVersionsInUse: await countVersions(tx, account),
          PolicyVersionsInUseQuota: 10_000,
          InstanceProfiles: await count(tx, account, "iam_instance_profiles"),
          Providers: providers,
          ServerCertificates: 0,
          MFADevices: await countDevices(tx, account, "Any"),
          MFADevicesInUse: await countDevices(tx, account, "Assigned"),
          AccountMFAEnabled: 0,
          AccountAccessKeysPresent: (await listKeys(tx, account, context)).length > 0 ? 1 : 0,
          AccountPasswordPresent: 0,
          AccountSigningCertificatesPresent: (await listCredentials(tx, "certificate", account)).length > 0 ? 1 : 0,
          GlobalEndpointTokenVersion: 2,
        },
      }
    }),
})
