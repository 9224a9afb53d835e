import type { Service } from "../../service.ts"
import { logSinkOf } from "./access-logs/sink.ts"
import { resourceFacts } from "./policies/resource-facts.ts"
import { rates } from "./rates.ts"
import { sites } from "./site.ts"
import { tryAuthorizer } from "./trials/authorizer.ts"
import { tryMethod } from "./trials/method.ts"
import { meterOf } from "./usage/meter.ts"
import { connectionsOf } from "./web-socket/connections.ts"
import { SWEEP_CONNECTIONS, sweepConnections } from "./web-socket/nodes/sweep.ts"
import { migrations } from "./web-socket/nodes/tables.ts"

/** What answers the calls of APIs that are made with API Gateway. */
export const service: Service = {
  name: "execute-api",
  protocol: "restJson1",
  errors: "rest-json",
  operations: [],
  // What is called here is what people have made: there is no model of it.
  constraints: { service: "execute-api", apiVersion: "2018-11-29", inputs: {}, structures: {} },
  bodyLimits: { bytes: 1024 * 1024, parts: 5_000 },
  migrations,
  resourceFacts,
  rates,
  sites,
  work: { [SWEEP_CONNECTIONS]: sweepConnections },
  tries: { method: tryMethod, authorizer: tryAuthorizer },
  async stop(deps) {
    await connectionsOf(deps).settle()
    await meterOf(deps).settle()
    await logSinkOf(deps).settle()
  },
}
