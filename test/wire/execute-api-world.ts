import {
  APIGateway,
  type CreateDeploymentRequest,
  type CreateRestApiRequest,
  type PutIntegrationRequest,
  type PutIntegrationResponseRequest,
  type PutMethodRequest,
} from "@aws-sdk/client-api-gateway"
import { IAM } from "@aws-sdk/client-iam"
import { Lambda } from "@aws-sdk/client-lambda"
import { type Credentials, startServer, type TestServer } from "../harness/server.ts"
import { askSite, type SiteAnswer, type SiteRequest } from "../harness/site-request.ts"
import { zipOf } from "../harness/zip.ts"
import { TRUSTS_LAMBDA } from "./lambda-world.ts"

export const policy = (...Statement: object[]): string => JSON.stringify({ Version: "2012-10-17", Statement })

type Named = "restApiId" | "resourceId" | "httpMethod"

/** A method with what is behind it: a MOCK that answers 200 and `{"ok":true}`, unless something else is asked for. */
export interface MethodSpec {
  path: string
  httpMethod?: string
  method?: Partial<Omit<PutMethodRequest, Named>>
  integration?: Partial<Omit<PutIntegrationRequest, Named>>
  responses?: readonly Partial<Omit<PutIntegrationResponseRequest, Named>>[]
}

export interface Deployed {
  restApiId: string
  /** Its stage `prod`: `http://<id>.execute-api.us-east-1.localhost:<port>/prod/`. */
  url: string
  /** `arn:aws:execute-api:us-east-1:<account>:<id>` */
  arn: string
}

export interface ExecuteWorld extends AsyncDisposable {
  server: TestServer
  gateway: APIGateway
  iam: IAM
  lambda: Lambda
  /** An API, before its methods. */
  create(settings?: Partial<CreateRestApiRequest>): Promise<string>
  addMethods(restApiId: string, specs: readonly MethodSpec[]): Promise<void>
  deploy(restApiId: string, settings?: Partial<CreateDeploymentRequest>): Promise<Deployed>
  /** All of it. */
  make(specs: readonly MethodSpec[], settings?: Partial<CreateRestApiRequest>): Promise<Deployed>
  ask(api: Deployed, path: string, options?: SiteRequest): Promise<SiteAnswer>
  user(name: string, ...statements: object[]): Promise<Credentials>
  /** A function that anything of API Gateway may invoke; the URI by which an integration has it. */
  makeFunction(name: string, source: string): Promise<string>
}

const MOCK: NonNullable<MethodSpec["integration"]> = {
  type: "MOCK",
  requestTemplates: { "application/json": '{"statusCode": 200}' },
}

export async function openExecuteWorld(flags: readonly string[] = []): Promise<ExecuteWorld> {
  const server = await startServer([...flags])
  const gateway = new APIGateway(server.client)
  const iam = new IAM(server.client)
  const lambda = new Lambda(server.client)
  const { port } = new URL(server.url)
  let functionRole: string | undefined

  async function resourceOf(restApiId: string, path: string): Promise<string> {
    const { items = [] } = await gateway.getResources({ restApiId, limit: 500 })
    const found = items.find((item) => item.path === path)
    if (found) return found.id!
    const at = path.lastIndexOf("/")
    const parentId = await resourceOf(restApiId, path.slice(0, at) || "/")
    const { id } = await gateway.createResource({ restApiId, parentId, pathPart: path.slice(at + 1) })
    return id!
  }

  async function addMethod(restApiId: string, spec: MethodSpec): Promise<void> {
    const { path, httpMethod = "GET", method, integration = MOCK } = spec
    const place = { restApiId, resourceId: await resourceOf(restApiId, path), httpMethod }
    await gateway.putMethod({ ...place, authorizationType: "NONE", ...method })
    await gateway.putIntegration({ ...place, type: "MOCK", ...integration })
    const isMapped = !/PROXY/.test(integration.type ?? "MOCK")
    const responses = spec.responses ?? (isMapped ? [{ responseTemplates: { "application/json": '{"ok":true}' } }] : [])
    for (const response of responses) {
      const { statusCode = "200", responseParameters = {} } = response
      await gateway.putMethodResponse({
        ...place,
        statusCode,
        responseParameters: Object.fromEntries(Object.keys(responseParameters).map((name) => [name, false])),
      })
      await gateway.putIntegrationResponse({ ...place, statusCode, ...response })
    }
  }

  const world: ExecuteWorld = {
    server,
    gateway,
    iam,
    lambda,
    async create(settings = {}) {
      const { id } = await gateway.createRestApi({ name: "api", ...settings })
      return id!
    },
    async addMethods(restApiId, specs) {
      for (const spec of specs) await addMethod(restApiId, spec)
    },
    async deploy(restApiId, settings = {}) {
      const stageName = settings.stageName ?? "prod"
      await gateway.createDeployment({ restApiId, stageName, ...settings })
      return {
        restApiId,
        url: `http://${restApiId}.execute-api.us-east-1.localhost:${port}/${stageName}/`,
        arn: `arn:aws:execute-api:us-east-1:${server.account}:${restApiId}`,
      }
    },
    async make(specs, settings = {}) {
      const restApiId = await world.create(settings)
      await world.addMethods(restApiId, specs)
      return world.deploy(restApiId)
    },
    ask: ({ url }, path, options = {}) => askSite(url, { service: "execute-api", path, ...options }),
    async user(UserName, ...statements) {
      await iam.createUser({ UserName })
      if (statements.length > 0)
        await iam.putUserPolicy({ UserName, PolicyName: "p", PolicyDocument: policy(...statements) })
      const { AccessKey } = await iam.createAccessKey({ UserName })
      return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
    },
    async makeFunction(FunctionName, source) {
      functionRole ??= (await iam.createRole({ RoleName: "function-role", AssumeRolePolicyDocument: TRUSTS_LAMBDA }))
        .Role!.Arn!
      await lambda.createFunction({
        FunctionName,
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Role: functionRole,
        Code: { ZipFile: zipOf({ "index.mjs": source }) },
      })
      await lambda.addPermission({
        FunctionName,
        StatementId: "gateway",
        Action: "lambda:InvokeFunction",
        Principal: "apigateway.amazonaws.com",
      })
      await server.work.settle()
      return functionUri(`arn:aws:lambda:us-east-1:${server.account}:function:${FunctionName}`)
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
  return world
}

export const functionUri = (arn: string): string =>
  `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arn}/invocations`

/** The status, and the body as JSON has it. */
export const told = ({ status, body }: SiteAnswer): [number, unknown] => [status, body === "" ? "" : JSON.parse(body)]
