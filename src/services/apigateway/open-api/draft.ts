import type { RestApi } from "../rest-apis/record.ts"
import type { Authorizer, GatewayResponse, Method, Model, RequestValidator } from "../snapshot.ts"

/** What a definition makes of an API, before anything of it has an id: methods name authorizers and validators by their names. */
export interface Draft {
  name: string
  settings: Partial<
    Pick<
      RestApi,
      | "description"
      | "version"
      | "binaryMediaTypes"
      | "minimumCompressionSize"
      | "apiKeySource"
      | "endpointTypes"
      | "vpcEndpointIds"
      | "disableExecuteApiEndpoint"
      | "policy"
      | "tags"
    >
  >
  /** Before all paths, as the import is asked to use it: `""` or `/v1`. */
  basePath: string
  /** By the path, with a slash before it, and the verb. */
  methods: ReadonlyMap<string, ReadonlyMap<string, DraftMethod>>
  models: ReadonlyMap<string, Omit<Model, "id">>
  validators: ReadonlyMap<string, Omit<RequestValidator, "id">>
  authorizers: ReadonlyMap<string, Omit<Authorizer, "id">>
  gatewayResponses: ReadonlyMap<string, GatewayResponse>
  /** What was not taken as it stands. */
  warnings: readonly string[]
}

export interface DraftMethod extends Omit<Method, "authorizerId" | "requestValidatorId"> {
  /** By its name. */
  authorizer?: string
  /** By its name. */
  validator?: string
}
