import type { CallContext } from "../../call.ts"
import { getIdentity, identityChanged } from "./identities/record.ts"
import { createRole } from "./roles.ts"

/**
 * The role by which the management account gets into an account that it made. Source: AWS Organizations User Guide,
 * "Accessing member accounts in an organization with AWS Organizations".
 */
export async function createOrganizationAccountAccessRole(
  context: Pick<CallContext, "store" | "clock">,
  account: string,
  managementAccount: string,
  RoleName = "OrganizationAccountAccessRole",
): Promise<void> {
  await createRole(context, account, {
    RoleName,
    AssumeRolePolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${managementAccount}:root` },
          Action: "sts:AssumeRole",
        },
      ],
    }),
  })
  await context.store.transact(async (tx) => {
    const role = await getIdentity(tx, account, "role", RoleName)
    await tx.run(
      "INSERT INTO iam_attachments (owner_id, policy_arn, account) VALUES ($1, $2, $3)",
      role.id,
      "arn:aws:iam::aws:policy/AdministratorAccess",
      account,
    )
    await identityChanged(tx, role)
  })
}
