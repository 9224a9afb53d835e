import {
  DescribeGlobalTableCommand,
  DescribeGlobalTableSettingsCommand,
  DescribeTableReplicaAutoScalingCommand,
  ListGlobalTablesCommand,
} from "@aws-sdk/client-dynamodb"
import { operation, type Scope } from "../../operation.ts"
import { WireError } from "../../wire/errors.ts"
import { onTable } from "./access.ts"
import { parseTableName } from "./tables/table-name.ts"

/** A table is in one region here, so no table is global. */
export const ListGlobalTables = operation(ListGlobalTablesCommand, {
  access: () => ({ resource: "*" }),
  async handle() {
    return { GlobalTables: [] }
  },
})

const onGlobalTable = ({ GlobalTableName }: { GlobalTableName: string }, { account }: Scope) => ({
  resource: `arn:aws:dynamodb::${account}:global-table/${GlobalTableName}`,
})

export const DescribeGlobalTable = operation(DescribeGlobalTableCommand, {
  access: onGlobalTable,
  async handle({ GlobalTableName }) {
    throw noGlobalTable("GlobalTableNotFoundException", GlobalTableName)
  },
})

export const DescribeGlobalTableSettings = operation(DescribeGlobalTableSettingsCommand, {
  access: onGlobalTable,
  async handle({ GlobalTableName }) {
    throw noGlobalTable("GlobalTableNotFoundException", GlobalTableName)
  },
})

/** The text is recorded of a table of one region (10-2026). */
export const DescribeTableReplicaAutoScaling = operation(DescribeTableReplicaAutoScalingCommand, {
  access: onTable,
  async handle({ TableName }, context) {
    throw noGlobalTable("ResourceNotFoundException", parseTableName(TableName, context).name)
  },
})

const noGlobalTable = (code: string, name: string): WireError =>
  new WireError(code, `Global table with name: '${name}' does not exist.`)
