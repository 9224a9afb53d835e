import { CreateAccountAliasCommand, DeleteAccountAliasCommand, ListAccountAliasesCommand } from "@aws-sdk/client-iam"
import { operation } from "../../operation.ts"
import type { Reading } from "../../store/store.ts"
import { onAccount } from "./access.ts"
import { aliasExists, aliasNotFound } from "./errors.ts"
import { listPageOf, pageMembers } from "./paging.ts"

/** An account has one alias at most; an alias is of one account only. */
export async function findAlias(tx: Reading, account: string): Promise<string | undefined> {
  const row = await tx.get<{ alias: string }>("SELECT alias FROM iam_account_aliases WHERE account = $1", account)
  return row?.alias
}

export const CreateAccountAlias = operation(CreateAccountAliasCommand, {
  access: onAccount,
  async handle({ AccountAlias }, { store, account }) {
    await store.transact(async (tx) => {
      const owner = await tx.get<{ account: string }>(
        "SELECT account FROM iam_account_aliases WHERE alias = $1",
        AccountAlias,
      )
      if (owner) throw aliasExists(AccountAlias)
      await tx.run("DELETE FROM iam_account_aliases WHERE account = $1", account)
      await tx.run("INSERT INTO iam_account_aliases (account, alias) VALUES ($1, $2)", account, AccountAlias)
    })
    return {}
  },
})

export const DeleteAccountAlias = operation(DeleteAccountAliasCommand, {
  access: onAccount,
  async handle({ AccountAlias }, { store, account }) {
    await store.transact(async (tx) => {
      const gone = await tx.run(
        "DELETE FROM iam_account_aliases WHERE account = $1 AND alias = $2",
        account,
        AccountAlias,
      )
      if (gone === 0) throw aliasNotFound(AccountAlias)
    })
    return {}
  },
})

export const ListAccountAliases = operation(ListAccountAliasesCommand, {
  access: onAccount,
  handle: (paging, context) =>
    context.store.read(async (tx) => {
      const alias = await findAlias(tx, context.account)
      const page = await listPageOf(context, paging, "aliases", alias === undefined ? [] : [alias], (name) => name)
      return { AccountAliases: page.items, ...pageMembers(page) }
    }),
})
