import { type CompiledPolicy, compile as compilePolicy, PolicySyntaxError } from "../../../policy/index.ts"
import type { Snapshot, SnapshotResource } from "../../apigateway/service.ts"
import { compileAuthorization } from "../authorizers/compile.ts"
import { type BinaryTypes, compileBinaryTypes } from "../binary-types.ts"
import { compileGatewayResponses } from "../gateway-responses/compile.ts"
import { compileIntegration } from "../integrations/compile.ts"
import type { CompiledApi, CompiledMethod, CompiledResource } from "./compiled.ts"
import { compileRoutes } from "./routes.ts"
import { compileValidation } from "./validation.ts"

/** By the object that is cached as configuration: it goes when that goes. */
const compiled = new WeakMap<Snapshot, CompiledApi>()

/** A snapshot made ready for calls; made when the first one comes. */
export function compileApi(snapshot: Snapshot): CompiledApi {
  let api = compiled.get(snapshot)
  if (!api) {
    api = compile(snapshot)
    compiled.set(snapshot, api)
  }
  return api
}

function compile(snapshot: Snapshot): CompiledApi {
  const { resources, gatewayResponses, binaryMediaTypes, policy } = snapshot
  const binary = compileBinaryTypes(binaryMediaTypes)
  return {
    snapshot,
    routes: compileRoutes(resources.map((one) => [one.path, compileResource(one, snapshot, binary)] as const)),
    gatewayResponses: compileGatewayResponses(gatewayResponses),
    binary,
    policy: policy ? readPolicy(policy) : undefined,
  }
}

/** One that cannot be evaluated allows nothing: what AWS takes for a policy is the control plane's to say. */
function readPolicy(text: string): CompiledPolicy {
  try {
    return compilePolicy(text, { name: "resource policy" })
  } catch (error) {
    if (!(error instanceof PolicySyntaxError)) throw error
    return compilePolicy({ Version: "2012-10-17", Statement: [] }, { name: `resource policy (${error.message})` })
  }
}

function compileResource(
  { id, path, methods }: SnapshotResource,
  snapshot: Snapshot,
  binary: BinaryTypes,
): CompiledResource {
  const compileMethod = (method: (typeof methods)[string]): CompiledMethod => ({
    method,
    authorize: compileAuthorization(method, snapshot, snapshot.policy !== undefined),
    validate: compileValidation(method, snapshot),
    integrate: compileIntegration(method.methodIntegration, binary),
  })
  return { id, path, methods: new Map(Object.entries(methods).map(([name, method]) => [name, compileMethod(method)])) }
}
