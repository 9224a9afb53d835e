import type { CompiledPolicy } from "../../../policy/index.ts"
import type { HttpResponse } from "../../../wire/http.ts"
import type { Method, Snapshot } from "../../apigateway/service.ts"
import type { BinaryTypes } from "../binary-types.ts"
import type { GatewayResponses } from "../gateway-responses/compile.ts"
import type { Exchange } from "./exchange.ts"
import type { Routes } from "./routes.ts"

/** A snapshot made ready for calls, once: nothing of it is parsed or walked again. */
export interface CompiledApi {
  snapshot: Snapshot
  routes: Routes<CompiledResource>
  gatewayResponses: GatewayResponses
  binary: BinaryTypes
  policy: CompiledPolicy | undefined
}

export interface CompiledResource {
  id: string
  path: string
  /** By the HTTP method; `ANY` is for all the others. */
  methods: ReadonlyMap<string, CompiledMethod>
}

export interface CompiledMethod {
  method: Method
  /** Who may call it. Throws the refusal; at once where all that it takes is in memory. */
  authorize(exchange: Exchange): void | Promise<void>
  /** Throws where the request is not as it has to be. */
  validate(exchange: Exchange): void
  /** Throws GatewayRefusals. */
  integrate(exchange: Exchange): HttpResponse | Promise<HttpResponse>
}
