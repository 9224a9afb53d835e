import type { Scope } from "../../../operation.ts"
import type { Reading, Store } from "../../../store/store.ts"
import { collection } from "../collection.ts"
import { scopeOf } from "../owners.ts"
import type { RestApiOwner } from "../settings.ts"
import type { Texts } from "../snapshot.ts"

/** A REST API as it is edited; what is deployed of it is a snapshot. */
export interface RestApi {
  name: string
  description?: string
  version?: string
  /** Milliseconds since the epoch. */
  createdAt: number
  rootResourceId: string
  binaryMediaTypes?: readonly string[]
  minimumCompressionSize?: number
  apiKeySource: "HEADER" | "AUTHORIZER"
  endpointTypes: readonly string[]
  ipAddressType: string
  vpcEndpointIds?: readonly string[]
  disableExecuteApiEndpoint: boolean
  securityPolicy?: string
  endpointAccessMode?: string
  /** JSON text of the resource policy. */
  policy?: string
  tags?: Texts
}

/** Developer Guide, "Quotas": regional and private APIs of an account in a region; edge-optimized ones are fewer. */
export const MOST_APIS = 600

const KIND = "apigateway.rest-api"

/** Their owners are accounts in regions; their ids are unique among all. */
export const restApis = collection<RestApi>("rest-api", { cache: { kind: KIND, key: (_, id) => id } })

async function load(tx: Reading, restApiId: string): Promise<RestApiOwner | undefined> {
  const found = await restApis.readAnywhere(tx, restApiId)
  return found && { restApiId, ...scopeOf(found.owner) }
}

/** Whose an API is; undefined where there is none. At once where it is in memory. */
export const findRestApi = (
  store: Store,
  restApiId: string,
): RestApiOwner | undefined | Promise<RestApiOwner | undefined> =>
  isId(restApiId) ? store.cache(KIND, load).find(restApiId) : undefined

/** Ids in requests may hold anything, and not every engine takes any text. */
export const isId = (id: string): boolean => /^[a-zA-Z0-9-]{1,64}$/.test(id)

export type OwnedRestApi = Scope & { restApiId: string; record: RestApi }
