import type { Exchange } from "../rest/exchange.ts"

/** `aws:SourceArn` of what a method asks for: the path is the resource's as it is written, variables and all. */
export const methodSourceArn = ({ region, account, apiId, stage, request, resourcePath }: Exchange): string =>
  `arn:aws:execute-api:${region}:${account}:${apiId}/${stage.stage.stageName}/${request.method}${resourcePath}`
