import { type Endpoint, siteUrl } from "../../../base/endpoint.ts"
import type { Api } from "./record.ts"

/** The label of the hosts that APIs are reached by. */
export const LABEL = "execute-api"

/** An API as the reference shows it. */
export function showApi(endpoint: Endpoint, { apiId, region, body }: Api) {
  const { createdAt, ...shown } = body
  const url = siteUrl(endpoint, `${apiId}.${LABEL}.${region}`)
  return {
    ...shown,
    ApiId: apiId,
    ApiEndpoint: body.ProtocolType === "WEBSOCKET" ? url.replace(/^http/, "ws") : url,
    CreatedDate: new Date(createdAt),
  }
}
