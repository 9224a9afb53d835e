import { DescribeContributorInsightsCommand, ListContributorInsightsCommand } from "@aws-sdk/client-dynamodb"
import { operation } from "../../operation.ts"
import { WireError } from "../../wire/errors.ts"
import { arnOf } from "./access.ts"
import { getNamedTable } from "./tables/find.ts"

/** What watches a table: nothing does here, and nothing can be made to. */
export const DescribeContributorInsights = operation(DescribeContributorInsightsCommand, {
  access({ TableName, IndexName }, scope) {
    const table = arnOf(TableName, scope)
    return IndexName === undefined
      ? { resource: table }
      : [{ resource: table }, { resource: `${table}/index/${IndexName}` }]
  },
  async handle({ TableName, IndexName }, context) {
    const { record, indexes } = await getNamedTable(TableName, context)
    if (IndexName !== undefined && !indexes.has(IndexName)) {
      throw new WireError(
        "ResourceNotFoundException",
        `Requested resource not found: Index: ${IndexName} not found for table: ${record.name}`,
      )
    }
    return {
      TableName: record.name,
      ...(IndexName !== undefined && { IndexName }),
      ContributorInsightsStatus: "DISABLED" as const,
    }
  },
})

export const ListContributorInsights = operation(ListContributorInsightsCommand, {
  access: () => ({ resource: "*" }),
  async handle({ TableName }, context) {
    if (TableName !== undefined) await getNamedTable(TableName, context)
    return { ContributorInsightsSummaries: [] }
  },
})
