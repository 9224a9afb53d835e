import type { RestApi as Shown } from "@aws-sdk/client-api-gateway"
import type { Reading } from "../../../store/store.ts"
import { showPolicy } from "../policy.ts"
import type { RestApi } from "./record.ts"

export async function showRestApi(tx: Reading, id: string, record: RestApi): Promise<Shown> {
  const { createdAt, endpointTypes, ipAddressType, vpcEndpointIds, policy, ...rest } = record
  return {
    id,
    ...(rest as Shown),
    createdDate: new Date(createdAt),
    endpointConfiguration: { types: [...endpointTypes], ipAddressType, vpcEndpointIds } as NonNullable<
      Shown["endpointConfiguration"]
    >,
    policy: policy === undefined ? undefined : await showPolicy(tx, policy),
  }
}
