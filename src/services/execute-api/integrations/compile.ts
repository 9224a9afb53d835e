import type { HttpResponse } from "../../../wire/http.ts"
import type { Integration } from "../../apigateway/service.ts"
import type { BinaryTypes } from "../binary-types.ts"
import type { Exchange } from "../rest/exchange.ts"
import { compileAwsFunction } from "./aws-function.ts"
import { compileAwsProxy } from "./aws-proxy.ts"
import { compileAwsService } from "./aws-service.ts"
import { compileHttp, compileHttpProxy } from "./http.ts"
import { compileMock } from "./mock.ts"
import { misconfigured } from "./request-body.ts"

export type Integrate = (exchange: Exchange) => HttpResponse | Promise<HttpResponse>

const isFunction = (uri = ""): boolean => /^arn:aws[\w-]*:apigateway:[\w-]+:lambda:path\//.test(uri)

/** What is behind a method. What cannot be served says so when it is called, and is never taken for done. */
export function compileIntegration(integration: Integration | undefined, binary: BinaryTypes): Integrate {
  if (!integration) return refusing("an integration of the method", "none")
  const { type, uri, connectionType } = integration
  if (connectionType === "VPC_LINK") return refusing("an integration by the Internet", "one by a VPC link")
  switch (type) {
    case "MOCK":
      return compileMock(integration, binary)
    case "AWS_PROXY":
      return compileAwsProxy(integration, binary)
    case "AWS":
      return isFunction(uri) ? compileAwsFunction(integration, binary) : compileAwsService(integration, binary)
    case "HTTP_PROXY":
      return compileHttpProxy(integration)
    case "HTTP":
      return compileHttp(integration, binary)
  }
}

const refusing =
  (expected: string, found: unknown): Integrate =>
  () => {
    throw misconfigured(expected, found)
  }
