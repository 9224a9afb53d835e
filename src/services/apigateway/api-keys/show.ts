import type { ApiKey as Shown } from "@aws-sdk/client-api-gateway"
import type { MasterKey } from "../../../base/master-key.ts"
import { type ApiKey, openValue } from "./record.ts"

/** The value is a secret, which is shown where it is asked for. */
export function showApiKey(key: ApiKey, masterKey: MasterKey | undefined): Shown {
  const { id, name, customerId, description, enabled, createdAt, updatedAt, stageKeys, tags } = key
  return {
    id,
    ...(masterKey && { value: openValue(masterKey, key) }),
    name,
    customerId,
    description,
    enabled,
    createdDate: new Date(createdAt),
    lastUpdatedDate: new Date(updatedAt),
    stageKeys: [...stageKeys],
    tags: tags && { ...tags },
  }
}
