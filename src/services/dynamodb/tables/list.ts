import { ListTablesCommand } from "@aws-sdk/client-dynamodb"
import { operation } from "../../../operation.ts"
import { tableArn } from "./record.ts"

export const ListTables = operation(ListTablesCommand, {
  // Refusals name every table of the account, which is how AWS writes the resource of this action.
  access: (_, scope) => ({ resource: "*", refusedAs: tableArn({ ...scope, name: "*" }) }),
  async handle({ ExclusiveStartTableName, Limit = 100 }, { store, account, region }) {
    const rows = await store.read((tx) =>
      tx.all<{ name: string }>(
        "SELECT name FROM ddb_tables WHERE account = $1 AND region = $2 AND name > $3 ORDER BY name LIMIT $4",
        account,
        region,
        ExclusiveStartTableName ?? "",
        Limit + 1,
      ),
    )
    const names = rows.slice(0, Limit).map(({ name }) => name)
    return {
      TableNames: names,
      ...(rows.length > Limit && { LastEvaluatedTableName: names[names.length - 1]! }),
    }
  },
})
