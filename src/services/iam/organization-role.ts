import type { CallContext } from "../../call.ts"
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
    policyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"],
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
}
