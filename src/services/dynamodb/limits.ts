import {
  DescribeContinuousBackupsCommand,
  DescribeEndpointsCommand,
  DescribeLimitsCommand,
} from "@aws-sdk/client-dynamodb"
import { operation } from "../../operation.ts"
import { WireError } from "../../wire/errors.ts"
import { onTable } from "./access.ts"
import { findTable } from "./tables/find.ts"
import { parseTableName } from "./tables/table-name.ts"

/** API reference, DescribeLimits: the quotas of an account that asked for no others. */
export const DescribeLimits = operation(DescribeLimitsCommand, {
  access: () => ({ resource: "*" }),
  async handle() {
    return {
      AccountMaxReadCapacityUnits: 80_000,
      AccountMaxWriteCapacityUnits: 80_000,
      TableMaxReadCapacityUnits: 40_000,
      TableMaxWriteCapacityUnits: 40_000,
    }
  },
})

/** Clients that discover endpoints come back to where they are. */
export const DescribeEndpoints = operation(DescribeEndpointsCommand, {
  access: () => ({ resource: "*" }),
  async handle(_, { endpoint }) {
    return { Endpoints: [{ Address: new URL(endpoint.url).host, CachePeriodInMinutes: 1440 }] }
  },
})

/** Backups of the kind that every table has; point-in-time recovery is off. */
export const DescribeContinuousBackups = operation(DescribeContinuousBackupsCommand, {
  access: onTable,
  async handle({ TableName }, context) {
    const address = parseTableName(TableName, context)
    if (!(await findTable(context.store, address))) {
      throw new WireError("TableNotFoundException", `Table not found: ${address.name}`)
    }
    return {
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: "ENABLED" as const,
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: "DISABLED" as const },
      },
    }
  },
})
