import { DescribeEndpointsCommand, DescribeLimitsCommand } from "@aws-sdk/client-dynamodb"
import { operation } from "../../operation.ts"

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
