import { removalWorker } from "../../../work/removal.ts"

/** Removes what belonged to an API that is gone already; the key is its id. */
export const DELETE_API = "apigatewayv2:delete-api"

export const deleteApiWork = removalWorker(({ key }) => [
  { table: "apigw2_parts", key: "owner, kind, id", where: "owner = $1", values: [key] },
  { table: "apigw2_deployments", key: "api_id, deployment_id", where: "api_id = $1", values: [key] },
])
