/*
 * What of a REST API is deployed. A deployment is an immutable snapshot: one JSON document with all that a call needs to know of
 * the API, written once by CreateDeployment and never changed (Developer Guide, "Deploying a REST API"). Methods and the like
 * have the same shapes in the API that is being edited. Members that may be left out are left out where nothing was set.
 */

/** Text by name: stage variables, templates by content type, tags. */
export type Texts = Readonly<Record<string, string>>

export interface Snapshot {
  restApiId: string
  deploymentId: string
  /** Whose the API is, and where. */
  account: string
  region: string
  /** Milliseconds since the epoch. */
  createdAt: number
  /** Of the API. */
  name: string
  /** Where the API key of a call is looked for: in `x-api-key`, or in what the authorizer answers. */
  apiKeySource: "HEADER" | "AUTHORIZER"
  /** As they were given, in their order: `image/png`, `*\/*`. */
  binaryMediaTypes: readonly string[]
  /** Bytes, 0 to 10,485,760; answers are not compressed where it is left out. */
  minimumCompressionSize?: number
  /** `EDGE`, `REGIONAL` or `PRIVATE`: one. */
  endpointTypes: readonly string[]
  /** Whether the API is reached by its custom domain names alone. */
  disableExecuteApiEndpoint: boolean
  /**
   * The API's resource policy: JSON text of a policy document as the engine compiles it, with users and roles by their unique ids and
   * the shorthand of resources as whole ARNs.
   */
  policy?: string
  /** All of them, the root (`/`) too, in no particular order. */
  resources: readonly SnapshotResource[]
  /** By their names. */
  models: Readonly<Record<string, Model>>
  /** By their ids, of which methods name one. */
  requestValidators: Readonly<Record<string, RequestValidator>>
  /** By their ids, of which methods name one. */
  authorizers: Readonly<Record<string, Authorizer>>
  /** Those that were customised, by their types: `DEFAULT_4XX`. */
  gatewayResponses: Readonly<Record<string, GatewayResponse>>
}

export interface SnapshotResource {
  id: string
  /** From the root: `/pets/{petId}`, `/{proxy+}`. */
  path: string
  /** By the HTTP method, or `ANY`. */
  methods: Readonly<Record<string, Method>>
}

export interface Method {
  httpMethod: string
  authorizationType: "NONE" | "AWS_IAM" | "CUSTOM" | "COGNITO_USER_POOLS"
  /** Of `CUSTOM` and `COGNITO_USER_POOLS`. */
  authorizerId?: string
  /** Of `COGNITO_USER_POOLS`: an access token needs one of them. Absent or empty, an ID token is expected. */
  authorizationScopes?: readonly string[]
  apiKeyRequired: boolean
  requestValidatorId?: string
  operationName?: string
  /** Whether it is required, by `method.request.{path|querystring|header}.{name}`. */
  requestParameters?: Readonly<Record<string, boolean>>
  /** Names of models by content type. */
  requestModels?: Texts
  /** By status code. */
  methodResponses?: Readonly<Record<string, MethodResponse>>
  methodIntegration?: Integration
}

export interface MethodResponse {
  statusCode: string
  /** Whether it is required, by `method.response.header.{name}`. */
  responseParameters?: Readonly<Record<string, boolean>>
  /** Names of models by content type. */
  responseModels?: Texts
}

export interface Integration {
  type: "AWS" | "AWS_PROXY" | "HTTP" | "HTTP_PROXY" | "MOCK"
  /** Of the request to the backend; a MOCK may have none. */
  httpMethod?: string
  /** An `https:` or `http:` URL, or `arn:aws:apigateway:{region}:{service}:{path|action}/...`; stage variables stand in it. */
  uri?: string
  connectionType?: "INTERNET" | "VPC_LINK"
  connectionId?: string
  /** ARN of a role, or `arn:aws:iam::*:user/*`: as the caller. */
  credentials?: string
  /** `integration.request.{path|querystring|header}.{name}`: where the value is from, or `'a text'`. */
  requestParameters?: Texts
  /** Velocity templates by content type. */
  requestTemplates?: Texts
  passthroughBehavior: "WHEN_NO_MATCH" | "WHEN_NO_TEMPLATES" | "NEVER"
  contentHandling?: "CONVERT_TO_BINARY" | "CONVERT_TO_TEXT"
  /** 50 to 29,000, and more on regional APIs. */
  timeoutInMillis: number
  cacheNamespace: string
  cacheKeyParameters: readonly string[]
  tlsConfig?: { insecureSkipVerification?: boolean }
  responseTransferMode?: "BUFFERED" | "STREAM"
  /** By status code. */
  integrationResponses?: Readonly<Record<string, IntegrationResponse>>
}

export interface IntegrationResponse {
  /** Of the method response that it makes. */
  statusCode: string
  /** A regular expression; absent or empty, it is the default one. */
  selectionPattern?: string
  /** `method.response.header.{name}`: where the value is from, or `'a text'`. */
  responseParameters?: Texts
  /** Velocity templates by content type. */
  responseTemplates?: Texts
  contentHandling?: "CONVERT_TO_BINARY" | "CONVERT_TO_TEXT"
}

export interface Model {
  id: string
  name: string
  description?: string
  /** JSON text, by draft 4 of JSON Schema. */
  schema?: string
  contentType: string
}

export interface RequestValidator {
  id: string
  name?: string
  validateRequestBody: boolean
  validateRequestParameters: boolean
}

export interface Authorizer {
  id: string
  name: string
  type: "TOKEN" | "REQUEST" | "COGNITO_USER_POOLS"
  /** Of `COGNITO_USER_POOLS`: ARNs of user pools. */
  providerARNs?: readonly string[]
  /** What integrations and documents call it: `custom`, `cognito_user_pools`. */
  authType?: string
  /** Of the Lambda ones: `arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations`. */
  authorizerUri?: string
  /** ARN of the role as which the function is invoked. */
  authorizerCredentials?: string
  /** `method.request.header.Authorization`; of `REQUEST` several, with commas between. */
  identitySource?: string
  /** A regular expression: of the token (`TOKEN`), of its audience (`COGNITO_USER_POOLS`). */
  identityValidationExpression?: string
  /** Seconds, 0 to 3,600; where it is left out, 300. */
  authorizerResultTtlInSeconds?: number
}

export interface GatewayResponse {
  responseType: string
  statusCode?: string
  /** `gatewayresponse.header.{name}`: where the value is from, or `'a text'`. */
  responseParameters?: Texts
  /** By content type. */
  responseTemplates?: Texts
}
