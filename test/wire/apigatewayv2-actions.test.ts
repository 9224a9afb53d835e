import { after, before, test } from "node:test"
import { ApiGatewayV2 } from "@aws-sdk/client-apigatewayv2"
import { service } from "../../src/services/apigatewayv2/service.ts"
import { assertComplete, assertNeeds, type Caller, type Case, openCaller, titleOf } from "./actions-table.ts"
import { type GatewayWorld, openGatewayWorld } from "./apigatewayv2-world.ts"

// Source: service authorization reference, Amazon API Gateway Management V2: the verb of the request, on its path without `/v2`.

const GATEWAY = "arn:aws:apigateway:us-east-1:"
const ApiId = "abcdefghij"
const role = "arn:aws:iam::123456789012:role/passed"
const DomainName = "orders.example.com"
const ResourceArn = `${GATEWAY}:/apis/${ApiId}`
const StageName = "prod"

/** An operation, what it takes, and its verb and path. */
const on = (operation: string, input: object, verb: string, path: string, ...more: Case[2][]): Case => [
  operation,
  input,
  [`apigateway:${verb}`, `${GATEWAY}:${path}`],
  ...more,
]
const onApi = (operation: string, input: object, verb: string, path: string, ...more: Case[2][]): Case =>
  on(operation, { ApiId, ...input }, verb, `/apis/${ApiId}${path}`, ...more)
const onDomain = (operation: string, input: object, verb: string, path: string): Case =>
  on(operation, { DomainName, ...input }, verb, `/domainnames/${DomainName}${path}`)
const onRule = (operation: string, input: object, id: string): Case => [
  operation,
  { DomainName, ...input },
  [`apigateway:${operation}`, `${GATEWAY}123456789012:/domainnames/${DomainName}/routingrules/${id}`],
]

const tagging = (path: string): Case[2] => ["apigateway:TagResource", `${GATEWAY}:${path}`]
const passing: Case[2] = ["iam:PassRole", role]
const Tags = { a: "b" }
const proxy = { IntegrationType: "AWS_PROXY" }
const authorizer = { Name: "x", AuthorizerType: "REQUEST", IdentitySource: [] }
const rule = { Priority: 1, Conditions: [], Actions: [{ InvokeApi: { ApiId, Stage: StageName } }] }
const tagged = `/tags/${encodeURIComponent(ResourceArn)}`
const response = { IntegrationId: "i", IntegrationResponseId: "r" }
const answer = { RouteId: "r", RouteResponseId: "a" }

/** A definition of an API whose integration acts as a role. */
const Body = JSON.stringify({
  openapi: "3.0.1",
  info: { title: "x" },
  paths: {
    "/x": {
      get: {
        "x-amazon-apigateway-integration": {
          type: "http_proxy",
          httpMethod: "GET",
          uri: "https://a",
          credentials: role,
        },
      },
    },
  },
})

const CASES: readonly Case[] = [
  on("ImportApi", { Body }, "PUT", "/apis", passing),
  onApi("ReimportApi", { Body }, "PUT", "", passing),
  onApi("ExportApi", { Specification: "OAS30", OutputType: "JSON" }, "GET", "/exports/OAS30"),
  on("CreateApi", { Name: "x", ProtocolType: "HTTP" }, "POST", "/apis"),
  on("CreateApi", { Name: "y", ProtocolType: "HTTP", Tags }, "POST", "/apis", tagging("/apis")),
  on("GetApis", {}, "GET", "/apis"),
  onApi("GetApi", {}, "GET", ""),
  onApi("UpdateApi", { Name: "x" }, "PATCH", ""),
  onApi("DeleteApi", {}, "DELETE", ""),
  onApi("DeleteCorsConfiguration", {}, "DELETE", "/cors"),
  onApi("CreateRoute", { RouteKey: "GET /x" }, "POST", "/routes"),
  onApi("GetRoutes", {}, "GET", "/routes"),
  onApi("GetRoute", { RouteId: "r" }, "GET", "/routes/r"),
  onApi("UpdateRoute", { RouteId: "r" }, "PATCH", "/routes/r"),
  onApi("DeleteRoute", { RouteId: "r" }, "DELETE", "/routes/r"),
  onApi(
    "DeleteRouteRequestParameter",
    { RouteId: "r", RequestParameterKey: "k" },
    "DELETE",
    "/routes/r/requestparameters/k",
  ),
  onApi("CreateRouteResponse", { RouteId: "r", RouteResponseKey: "$default" }, "POST", "/routes/r/routeresponses"),
  onApi("GetRouteResponses", { RouteId: "r" }, "GET", "/routes/r/routeresponses"),
  onApi("GetRouteResponse", answer, "GET", "/routes/r/routeresponses/a"),
  onApi("UpdateRouteResponse", answer, "PATCH", "/routes/r/routeresponses/a"),
  onApi("DeleteRouteResponse", answer, "DELETE", "/routes/r/routeresponses/a"),
  onApi("CreateIntegration", proxy, "POST", "/integrations"),
  onApi("CreateIntegration", { ...proxy, CredentialsArn: role }, "POST", "/integrations", passing),
  onApi("GetIntegrations", {}, "GET", "/integrations"),
  onApi("GetIntegration", { IntegrationId: "i" }, "GET", "/integrations/i"),
  onApi("UpdateIntegration", { IntegrationId: "i" }, "PATCH", "/integrations/i"),
  onApi("UpdateIntegration", { IntegrationId: "i", CredentialsArn: role }, "PATCH", "/integrations/i", passing),
  onApi("DeleteIntegration", { IntegrationId: "i" }, "DELETE", "/integrations/i"),
  onApi(
    "CreateIntegrationResponse",
    { IntegrationId: "i", IntegrationResponseKey: "$default" },
    "POST",
    "/integrations/i/integrationresponses",
  ),
  onApi("GetIntegrationResponses", { IntegrationId: "i" }, "GET", "/integrations/i/integrationresponses"),
  onApi("GetIntegrationResponse", response, "GET", "/integrations/i/integrationresponses/r"),
  onApi("UpdateIntegrationResponse", response, "PATCH", "/integrations/i/integrationresponses/r"),
  onApi("DeleteIntegrationResponse", response, "DELETE", "/integrations/i/integrationresponses/r"),
  onApi("CreateAuthorizer", authorizer, "POST", "/authorizers"),
  onApi("CreateAuthorizer", { ...authorizer, AuthorizerCredentialsArn: role }, "POST", "/authorizers", passing),
  onApi("GetAuthorizers", {}, "GET", "/authorizers"),
  onApi("GetAuthorizer", { AuthorizerId: "a" }, "GET", "/authorizers/a"),
  onApi("UpdateAuthorizer", { AuthorizerId: "a" }, "PATCH", "/authorizers/a"),
  onApi("DeleteAuthorizer", { AuthorizerId: "a" }, "DELETE", "/authorizers/a"),
  onApi("CreateDeployment", {}, "POST", "/deployments"),
  onApi("GetDeployments", {}, "GET", "/deployments"),
  onApi("GetDeployment", { DeploymentId: "d" }, "GET", "/deployments/d"),
  onApi("UpdateDeployment", { DeploymentId: "d" }, "PATCH", "/deployments/d"),
  onApi("DeleteDeployment", { DeploymentId: "d" }, "DELETE", "/deployments/d"),
  onApi("CreateStage", { StageName }, "POST", "/stages"),
  onApi("CreateStage", { StageName, Tags }, "POST", "/stages", tagging(`/apis/${ApiId}/stages`)),
  onApi("GetStages", {}, "GET", "/stages"),
  onApi("GetStage", { StageName }, "GET", "/stages/prod"),
  onApi("UpdateStage", { StageName }, "PATCH", "/stages/prod"),
  onApi("DeleteStage", { StageName }, "DELETE", "/stages/prod"),
  onApi("DeleteAccessLogSettings", { StageName }, "DELETE", "/stages/prod/accesslogsettings"),
  onApi("DeleteRouteSettings", { StageName, RouteKey: "GET /x" }, "DELETE", "/stages/prod/routesettings/GET /x"),
  onApi("ResetAuthorizersCache", { StageName }, "DELETE", "/stages/prod/cache/authorizers"),
  onApi("CreateModel", { Name: "M", Schema: "{}" }, "POST", "/models"),
  onApi("GetModels", {}, "GET", "/models"),
  onApi("GetModel", { ModelId: "m" }, "GET", "/models/m"),
  onApi("UpdateModel", { ModelId: "m" }, "PATCH", "/models/m"),
  onApi("DeleteModel", { ModelId: "m" }, "DELETE", "/models/m"),
  on("CreateDomainName", { DomainName: "x" }, "POST", "/domainnames"),
  on("CreateDomainName", { DomainName: "x", Tags }, "POST", "/domainnames", tagging("/domainnames")),
  on("GetDomainNames", {}, "GET", "/domainnames"),
  onDomain("GetDomainName", {}, "GET", ""),
  onDomain("UpdateDomainName", {}, "PATCH", ""),
  onDomain("DeleteDomainName", {}, "DELETE", ""),
  onDomain("CreateApiMapping", { ApiId, Stage: StageName }, "POST", "/apimappings"),
  onDomain("GetApiMappings", {}, "GET", "/apimappings"),
  onDomain("GetApiMapping", { ApiMappingId: "m" }, "GET", "/apimappings/m"),
  onDomain("UpdateApiMapping", { ApiId, ApiMappingId: "m" }, "PATCH", "/apimappings/m"),
  onDomain("DeleteApiMapping", { ApiMappingId: "m" }, "DELETE", "/apimappings/m"),
  onRule("CreateRoutingRule", rule, "*"),
  onRule("GetRoutingRule", { RoutingRuleId: "r" }, "r"),
  onRule("ListRoutingRules", {}, "*"),
  onRule("DeleteRoutingRule", { RoutingRuleId: "r" }, "r"),
  onDomain("PutRoutingRule", { RoutingRuleId: "r", ...rule }, "PUT", "/routingrules/r"),
  on("CreateVpcLink", { Name: "x", SubnetIds: [] }, "POST", "/vpclinks"),
  on("GetVpcLinks", {}, "GET", "/vpclinks"),
  on("GetVpcLink", { VpcLinkId: "v" }, "GET", "/vpclinks/v"),
  on("UpdateVpcLink", { VpcLinkId: "v" }, "PATCH", "/vpclinks/v"),
  on("DeleteVpcLink", { VpcLinkId: "v" }, "DELETE", "/vpclinks/v"),
  on("TagResource", { ResourceArn, Tags }, "POST", tagged),
  on("UntagResource", { ResourceArn, TagKeys: ["a"] }, "DELETE", tagged),
  on("GetTags", { ResourceArn }, "GET", tagged),
]

let world: GatewayWorld
let caller: Caller
before(async () => {
  world = await openGatewayWorld(["--account-id", "123456789012"])
  caller = await openCaller(world.server, (options) => new ApiGatewayV2(options))
})
after(() => world[Symbol.asyncDispose]())

test("every operation that is built has its row", () => assertComplete(CASES, service.operations))
for (const row of CASES) test(titleOf(row), () => assertNeeds(caller, row))
