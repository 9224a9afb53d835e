import {
  DeleteAccountPasswordPolicyCommand,
  GetAccountPasswordPolicyCommand,
  type PasswordPolicy,
  UpdateAccountPasswordPolicyCommand,
} from "@aws-sdk/client-iam"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { onAccount } from "../access.ts"
import { passwordPolicyNotFound } from "../errors.ts"

/** Undefined where the account has AWS's default policy. */
export async function findPasswordPolicy(tx: Reading, account: string): Promise<PasswordPolicy | undefined> {
  const row = await tx.get<{ body: string }>("SELECT body FROM iam_password_policies WHERE account = $1", account)
  return row && JSON.parse(row.body)
}

/** What is left out goes back to its default (API Reference: "this operation does not support partial updates"). */
export const UpdateAccountPasswordPolicy = operation(UpdateAccountPasswordPolicyCommand, {
  access: onAccount,
  async handle(input, { store, account }) {
    const { MaxPasswordAge, PasswordReusePrevention, HardExpiry } = input
    const policy: PasswordPolicy = {
      MinimumPasswordLength: input.MinimumPasswordLength ?? 6,
      RequireSymbols: input.RequireSymbols ?? false,
      RequireNumbers: input.RequireNumbers ?? false,
      RequireUppercaseCharacters: input.RequireUppercaseCharacters ?? false,
      RequireLowercaseCharacters: input.RequireLowercaseCharacters ?? false,
      AllowUsersToChangePassword: input.AllowUsersToChangePassword ?? false,
      ExpirePasswords: MaxPasswordAge !== undefined,
      ...(MaxPasswordAge !== undefined && { MaxPasswordAge }),
      ...(PasswordReusePrevention !== undefined && { PasswordReusePrevention }),
      ...(HardExpiry !== undefined && { HardExpiry }),
    }
    await store.transact((tx) =>
      tx.run(
        `INSERT INTO iam_password_policies (account, body) VALUES ($1, $2)
         ON CONFLICT (account) DO UPDATE SET body = excluded.body`,
        account,
        JSON.stringify(policy),
      ),
    )
    return {}
  },
})

export const GetAccountPasswordPolicy = operation(GetAccountPasswordPolicyCommand, {
  access: onAccount,
  async handle(_input, { store, account }) {
    const PasswordPolicy = await store.read((tx) => findPasswordPolicy(tx, account))
    if (!PasswordPolicy) throw passwordPolicyNotFound(account)
    return { PasswordPolicy }
  },
})

export const DeleteAccountPasswordPolicy = operation(DeleteAccountPasswordPolicyCommand, {
  access: onAccount,
  async handle(_input, { store, account }) {
    await store.transact(async (tx) => {
      const gone = await tx.run("DELETE FROM iam_password_policies WHERE account = $1", account)
      if (gone === 0) throw passwordPolicyNotFound(account)
    })
    return {}
  },
})
