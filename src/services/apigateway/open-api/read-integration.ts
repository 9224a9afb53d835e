import { given, isObject, type Json, member, objectOf, textMap, textOf, textsOf } from "../../../open-api/index.ts"
import { MOST_MILLISECONDS } from "../integrations/check.ts"
import type { Integration, IntegrationResponse } from "../snapshot.ts"

/** `x-amazon-apigateway-integration` (Developer Guide, "OpenAPI extensions"). */
export function readIntegration(extension: Json): Integration | undefined {
  if (!isObject(extension)) return undefined
  const type = (textOf(extension.type) ?? "").toUpperCase() as Integration["type"]
  const timeout = extension.timeoutInMillis
  const tls = extension.tlsConfig
  return given<Integration>({
    type,
    httpMethod: textOf(extension.httpMethod),
    uri: textOf(extension.uri),
    connectionType:
      (textOf(extension.connectionType) as Integration["connectionType"]) ??
      (type.startsWith("HTTP") ? "INTERNET" : undefined),
    connectionId: textOf(extension.connectionId),
    credentials: textOf(extension.credentials),
    requestParameters: textMap(extension.requestParameters),
    requestTemplates: textMap(extension.requestTemplates),
    passthroughBehavior: (
      textOf(extension.passthroughBehavior) ?? "WHEN_NO_MATCH"
    ).toUpperCase() as Integration["passthroughBehavior"],
    contentHandling: textOf(extension.contentHandling) as Integration["contentHandling"],
    timeoutInMillis: typeof timeout === "number" ? timeout : MOST_MILLISECONDS,
    cacheNamespace: textOf(extension.cacheNamespace) ?? "",
    cacheKeyParameters: textsOf(extension.cacheKeyParameters),
    tlsConfig: isObject(tls) ? { insecureSkipVerification: tls.insecureSkipVerification === true } : undefined,
    integrationResponses: readResponses(extension.responses),
  })
}

/** By the pattern that selects them; `default` is the one without. */
function readResponses(responses: Json): Record<string, IntegrationResponse> | undefined {
  if (!isObject(responses)) return undefined
  const read: Record<string, IntegrationResponse> = {}
  for (const [pattern, response] of Object.entries(responses)) {
    const statusCode = textOf(member(response, "statusCode"))
    if (statusCode === undefined) continue
    const { responseParameters, responseTemplates, contentHandling } = objectOf(response)
    read[statusCode] = given<IntegrationResponse>({
      statusCode,
      selectionPattern: pattern === "default" ? undefined : pattern,
      responseParameters: textMap(responseParameters),
      responseTemplates: textMap(responseTemplates),
      contentHandling: textOf(contentHandling) as IntegrationResponse["contentHandling"],
    })
  }
  return read
}
