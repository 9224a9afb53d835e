import { type Refused, show, type Words, type WordsByCheck } from "./reason.ts"

/** Where `expected` and `found` say all. */
export const held =
  (what: (refused: Refused) => string, advice: string): Words =>
  (refused) => ({
    what: what(refused),
    ...(refused.facts.expected !== undefined && { expected: show(refused.facts.expected) }),
    ...(refused.facts.found !== undefined && { came: show(refused.facts.found) }),
    advice,
  })

const whose = ({ facts }: Refused): string => `${show(facts.authorizer)} (${show(facts.id)})`

const limits = ({ facts }: Refused): string =>
  `${show(facts.rateLimit)} requests a second and ${show(facts.burstLimit)} at once`

/** What API Gateway checks beside policies when an API is called. */
export const API_WORDS: WordsByCheck = {
  "logging role": ({ facts }) => ({
    what: `API Gateway could not write logs as the role ${show(facts.role)}.`,
    expected:
      "a role of the account that trusts apigateway.amazonaws.com and may create log groups and streams and put events into them",
    came: show(facts.found),
    advice:
      "Let apigateway.amazonaws.com assume the role (UpdateAssumeRolePolicy) and attach AmazonAPIGatewayPushToCloudWatchLogs to it.",
  }),
  "resource policy": held(
    () => "The resource policy is none that the engine could evaluate.",
    "Correct the policy: validate-policy and hallpass lint say what is wrong with one.",
  ),
  "resource policy principal": ({ facts }) => ({
    what: "The resource policy names a principal that is not there.",
    expected: "users, roles and accounts that are there, or *",
    came: show(facts.found),
    advice: "Name one that is there; whoever is deleted and made anew is somebody else.",
  }),
  "which API is called": held(
    () => "The host and the path lead to no API. The caller was told no more than that it is forbidden.",
    "An API is called at https://<api id>.execute-api.<region>.<host>/<stage>/..., or at /_execute-api/<region>/<api id>/<stage>/...; GetStages tells its stages.",
  ),
  "which method is called": held(
    () => "The stage's deployment has no such resource or no such method. AWS says that as if a token were missing.",
    "Create the method and deploy the API (CreateDeployment): what was changed since the last deployment is not called.",
  ),
  "signature of a call": held(
    () => "The method is one of AWS_IAM, and the request was not signed.",
    "Sign the request for the service execute-api in the API's region (SDKs, Amplify and awscurl do so).",
  ),
  "which stage is called": held(
    () =>
      "The path begins with no stage of the HTTP API that has been deployed, and it has no stage $default that has.",
    "Create the stage $default, or deploy the stage (CreateDeployment, or AutoDeploy); GetStages says how its last deployment went.",
  ),
  "which route is called": held(
    () => "The stage's deployment has no route for the method and the path.",
    "Create the route and deploy the API: a path is compared as it was sent, a slash at its end too, and $default takes what nothing else does.",
  ),
  "token of a JWT authorizer": held(
    (refused) => `The JWT authorizer ${whose(refused)} does not take the token.`,
    "The token's iss has to be the authorizer's issuer, letter by letter; its aud (or, where it has none, its client_id: access tokens of user pools) one of the audiences; and where the route has scopes, its scope or scp has to hold one.",
  ),
  "rate of a route": (refused) => ({
    what: `The route ${show(refused.facts.route)} of the stage ${show(refused.facts.stage)} is called faster than the stage lets.`,
    expected: `at most ${limits(refused)}`,
    advice: "Call less often, or raise the route's throttling (UpdateStage).",
  }),
  "token of a user pool": held(
    (refused) => `The authorizer ${whose(refused)} does not take the token.`,
    "A method without authorization scopes takes the ID token, one with scopes an access token that has one of them, each of a pool that the authorizer names and until it expires.",
  ),
  "Lambda authorizer": held(
    (refused) => `The authorizer ${whose(refused)} did not let the caller in, or could not be asked.`,
    "TestInvokeAuthorizer shows what it answers. Its function has to allow lambda:InvokeFunction to apigateway.amazonaws.com with the source ARN .../authorizers/<id>, or the authorizer has to name a role.",
  ),
  authorizer: held(
    () => "The method names an authorizer that cannot be asked.",
    "Correct the authorizer (UpdateAuthorizer), and deploy the API.",
  ),
  "API key": held(
    () => "The method asks for an API key.",
    "Put the key into a usage plan that has this stage (CreateUsagePlanKey), enable it, and send its value in x-api-key.",
  ),
  "rate of an API key": (refused) => ({
    what: `The key ${show(refused.facts.key)} has called faster than its usage plan ${show(refused.facts.plan)} lets it.`,
    expected: `at most ${limits(refused)}`,
    advice: "Call less often, or raise the plan's throttle (UpdateUsagePlan).",
  }),
  "rate of a method": (refused) => ({
    what: `The method ${show(refused.facts.method)} of the stage ${show(refused.facts.stage)} is called faster than the stage lets.`,
    expected: `at most ${limits(refused)}`,
    advice: "Call less often, or raise the method's throttling (UpdateStage).",
  }),
  "quota of an API key": ({ facts }) => ({
    what: `The key ${show(facts.key)} has used up the quota of its usage plan ${show(facts.plan)}.`,
    expected: `at most ${show(facts.limit)} requests a ${show(facts.period).toLowerCase()}`,
    advice: "GetUsage tells what was used; UpdateUsage gives more.",
  }),
  "request parameters": held(
    () => "The method's request validator asks for parameters that the request has not.",
    "Send them, or take them from the method's required request parameters.",
  ),
  "request head": held(
    () => "The request line and the values of the headers are longer together than API Gateway takes.",
    "Send fewer or shorter headers: a token with many groups in it, or cookies, make them long.",
  ),
  "request body": held(
    () => "The method's request validator does not take the body.",
    "Send a body that is as the method's model for its content type has it.",
  ),
  "content type": held(
    () => "The integration has no mapping template for the content type of the request, and passes nothing through.",
    "Send a content type that has a template, or set passthroughBehavior to WHEN_NO_MATCH.",
  ),
  integration: held(
    () => "The integration could not be carried out. Its caller was told no more than that there was an error.",
    "Correct the integration, or what is behind it, and deploy the API; TestInvokeMethod shows each step.",
  ),
  "Lambda proxy response": held(
    () => "The function behind the method failed, or answered what is no proxy response.",
    "Its log tells an error; an answer has statusCode, headers, multiValueHeaders, body (a text) and isBase64Encoded, and nothing else.",
  ),
}
