import type { CreateRouteRequest } from "@aws-sdk/client-apigatewayv2"
import { askSite, type SiteAnswer, type SiteRequest } from "../harness/site-request.ts"
import { zipOf } from "../harness/zip.ts"
import { type GatewayWorld, openGatewayWorld } from "./apigatewayv2-world.ts"

export interface HttpWorld extends GatewayWorld {
  /** A function that anything of API Gateway may invoke; its ARN. `source` is the body of a handler of `event`. */
  makeFunction(name: string, source: string): Promise<string>
  /** An HTTP API whose stage `$default` is deployed with every change. */
  makeHttpApi(settings?: object): Promise<HttpApi>
}

export interface HttpApi {
  ApiId: string
  url: string
  /** `arn:aws:execute-api:<region>:<account>:<id>` */
  arn: string
  /** A route to a function. */
  route(
    RouteKey: string,
    functionArn: string,
    settings?: Partial<CreateRouteRequest>,
    integration?: object,
  ): Promise<string>
  ask(path: string, options?: SiteRequest): Promise<SiteAnswer>
}

/** Answers the event that it got. */
export const ECHO = "return event"

export async function openHttpWorld(flags: string[] = []): Promise<HttpWorld> {
  const world = await openGatewayWorld(flags)
  const { gateway, lambda, server } = world
  return {
    ...world,
    async makeFunction(name, source) {
      const code = zipOf({ "index.mjs": `export const handler = async (event, context) => { ${source} }\n` })
      await world.create(name, { Code: { ZipFile: code } })
      await lambda.addPermission({
        FunctionName: name,
        StatementId: "gateway",
        Action: "lambda:InvokeFunction",
        Principal: "apigateway.amazonaws.com",
      })
      return world.arn(name)
    },
    async makeHttpApi(settings = {}) {
      const { ApiId = "", ApiEndpoint = "" } = await gateway.createApi({
        Name: "orders",
        ProtocolType: "HTTP",
        ...settings,
      })
      await gateway.createStage({ ApiId, StageName: "$default", AutoDeploy: true })
      return {
        ApiId,
        url: ApiEndpoint,
        arn: `arn:aws:execute-api:${server.region}:${server.account}:${ApiId}`,
        async route(RouteKey, functionArn, route = {}, integration = {}) {
          const { IntegrationId } = await gateway.createIntegration({
            ApiId,
            IntegrationType: "AWS_PROXY",
            IntegrationUri: functionArn,
            PayloadFormatVersion: "2.0",
            ...integration,
          })
          const { RouteId = "" } = await gateway.createRoute({
            ApiId,
            RouteKey,
            Target: `integrations/${IntegrationId}`,
            ...route,
          })
          return RouteId
        },
        ask: (path, options = {}) => askSite(ApiEndpoint, { path, service: "execute-api", ...options }),
      }
    },
  }
}

/** What an answer says, with its status. */
export const told = ({ status, body }: SiteAnswer): [number, unknown] => [status, body === "" ? "" : JSON.parse(body)]
