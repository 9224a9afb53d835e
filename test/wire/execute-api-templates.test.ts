import assert from "node:assert/strict"
import { test } from "node:test"
import { type ExecuteWorld, type MethodSpec, openExecuteWorld } from "./execute-api-world.ts"

/** A mock whose response is what the template makes of the request's own body, which the mock's request template says the status of. */
async function rendered(
  world: ExecuteWorld,
  template: string,
  { path = "/pets/{petId}", ...spec }: Partial<MethodSpec> = {},
) {
  const uri = await world.makeFunction(`echo-${++echoes}`, "export const handler = async (event) => event")
  return world.make([
    {
      path,
      httpMethod: "POST",
      integration: {
        type: "AWS",
        integrationHttpMethod: "POST",
        uri,
        passthroughBehavior: "NEVER",
        requestTemplates: { "application/json": template, "text/plain": template },
      },
      responses: [{}],
      ...spec,
    },
  ])
}
let echoes = 0

const BODY = JSON.stringify({
  name: "it's",
  "first-name": "Ada",
  tags: ["a", { b: 1 }],
  deep: { price: 12.5, none: null },
  id: 1,
}).replace('"id":1', '"id":12345678901234567890')

test("request templates see the call: its body by paths, its parameters, context and stage variables", async () => {
  await using world = await openExecuteWorld()
  const template = `#set($root = $input.path('$'))
{
  "name": "$util.escapeJavaScript($root.name).replaceAll("\\\\'", "'")",
  "escaped": "$util.base64Encode($util.escapeJavaScript('it''s/'))",
  "hyphen": "$input.path('$.first-name')",
  "tags": $input.json('$.tags'),
  "printed": "$util.urlEncode($input.path('$.deep'))",
  "list": $root.tags,
  "id": $input.path('$.id'),
  "whole": $input.json('$.id'),
  "prices": $input.json('$..price'),
  "missing": "$input.path('$.gone.away')",
  "quoted": $input.json('$.gone'),
  "pet": "$input.params('petId')", "q": "$input.params().querystring.get('q')", "h": "$input.params('X-One')",
  "count": $input.params().path.size(),
  "stage": "$context.stage", "method": "$context.httpMethod", "path": "$context.resourcePath", "key": "$!context.identity.apiKey",
  "decoded": "$util.urlDecode('a+b%2F')", "back": "$util.base64Decode('aGk=')", "parsed": $util.parseJson('{"a":[1]}').a,
  "each": [#foreach($tag in $root.tags)"$foreach.index"#if($foreach.hasNext),#end#end]
}`
  const api = await rendered(world, template)
  const answer = await world.ask(api, "pets/7", {
    method: "POST",
    query: { q: "x y" },
    headers: { "x-one": "1" },
    body: BODY,
  })
  assert.equal(answer.status, 200, answer.body)
  assert.equal(answer.body.includes("12345678901234567890") || /1234567890123456[78]\d+/.test(answer.body), true)
  const { id: _, whole: __, ...event } = JSON.parse(answer.body) as Record<string, unknown>
  assert.deepEqual(event, {
    name: "it's",
    escaped: Buffer.from("it\\'s\\/").toString("base64"),
    hyphen: "Ada",
    tags: ["a", { b: 1 }],
    printed: "%7Bprice%3D12.5%2C+none%3Dnull%7D",
    list: ["a", { b: 1 }],
    prices: [12.5],
    missing: "",
    quoted: "",
    pet: "7",
    q: "x y",
    h: "1",
    count: 1,
    stage: "prod",
    method: "POST",
    path: "/pets/{petId}",
    key: "",
    decoded: "a b/",
    back: "hi",
    parsed: [1],
    each: ["0", "1"],
  })
})

test("a body without characters is an empty object, and one that is no JSON a text", async () => {
  await using world = await openExecuteWorld()
  const api = await rendered(world, `{"body": $input.json('$'), "text": "$util.escapeJavaScript($input.body)"}`)
  const empty = await world.ask(api, "pets/7", { method: "POST" })
  assert.deepEqual(JSON.parse(empty.body), { body: {}, text: "{}" })
  const text = await world.ask(api, "pets/7", {
    method: "POST",
    body: "hello",
    headers: { "content-type": "text/plain" },
  })
  assert.deepEqual(JSON.parse(text.body), { body: "hello", text: "hello" })
  const other = await world.ask(api, "pets/7", { method: "POST", body: "x", headers: { "content-type": "image/png" } })
  assert.deepEqual([other.status, other.body], [415, '{"message":"Unsupported Media Type"}'])
})

test("response templates make the answer, and override its status and headers", async () => {
  await using world = await openExecuteWorld()
  const api = await world.make([
    {
      path: "/status",
      responses: [
        {
          statusCode: "200",
          responseParameters: { "method.response.header.X-Kept": "'kept'" },
          responseTemplates: {
            "application/json":
              "#set($context.responseOverride.status = 202)#set($context.responseOverride.header.X-Made = 'by $template')#if($input.params('no') != '')#set($context.responseOverride.status = 403)#end{\"id\": \"$context.requestId\"}",
          },
        },
      ],
    },
  ])
  const made = await world.ask(api, "status")
  assert.equal(made.status, 202, made.body)
  assert.equal(made.headers["x-made"], "by $template")
  assert.equal(made.headers["x-kept"], "kept")
  assert.deepEqual(JSON.parse(made.body), { id: made.headers["x-amzn-requestid"] })
  assert.equal((await world.ask(api, "status", { query: { no: "1" } })).status, 403)
})

test("a template that cannot be rendered, or that would not end, is the API's fault alone", async () => {
  await using world = await openExecuteWorld()
  const templates = [
    "#if($x)",
    "#foreach($a in [1..1000])#foreach($b in [1..1000])$a#end#end",
    '#set($x = "xxxxxxxxxxxxxxxx")#foreach($i in [1..100])#set($x = "$x$x")#end',
    "$util.parseJson('{')",
    "$input.path('$..a..b..c..d')",
    "$input.path('$[')",
    "$input.json('$').replaceAll('(', '')",
  ]
  const api = await world.make(
    templates.map((template, i) => ({
      path: `/t${i}`,
      responses: [{ responseTemplates: { "application/json": template } }],
    })),
  )
  for (const [i, template] of templates.entries()) {
    const { status, body } = await world.ask(api, `t${i}`)
    assert.deepEqual([status, body], [500, '{"message":"Internal server error"}'], template)
  }
})

test("a large body may be looked at, and not again and again", async () => {
  await using world = await openExecuteWorld()
  const again = (text: string) => `#foreach($i in [1..100])#set($x = ${text})#end{"statusCode": 200}`
  const templates = [
    again("$input.json('$')"),
    again("$util.parseJson($input.body)"),
    again("$util.base64Encode($input.body)"),
    again("$input.path('$..none')"),
    again("$input.json('$[*].none')"),
  ]
  const once = [`#set($x = $input.json('$'))#set($y = $input.path('$[*].none')){"statusCode": 200}`]
  const api = await world.make(
    [...templates, ...once].map((template, i) => ({
      path: `/t${i}`,
      httpMethod: "POST",
      integration: { requestTemplates: { "application/json": template } },
    })),
  )
  const body = `[${"{},".repeat(100_000)}{}]`
  for (const [i, template] of templates.entries())
    assert.equal((await world.ask(api, `t${i}`, { method: "POST", body })).status, 500, template)
  assert.equal((await world.ask(api, `t${templates.length}`, { method: "POST", body })).status, 200)
})

test("bodies are held against the model for their type", async () => {
  await using world = await openExecuteWorld()
  const restApiId = await world.create()
  const schema = { type: "object", required: ["name"], properties: { name: { type: "string", maxLength: 5 } } }
  await world.gateway.createModel({
    restApiId,
    name: "Pet",
    contentType: "application/json",
    schema: JSON.stringify(schema),
  })
  const pets = { type: "array", items: { $ref: `https://apigateway.amazonaws.com/restapis/${restApiId}/models/Pet` } }
  await world.gateway.createModel({
    restApiId,
    name: "Pets",
    contentType: "application/json",
    schema: JSON.stringify(pets),
  })
  const validator = await world.gateway.createRequestValidator({ restApiId, name: "body", validateRequestBody: true })
  const validated = (name: string): Partial<MethodSpec["method"]> => ({
    requestValidatorId: validator.id!,
    requestModels: { "application/json": name },
  })
  await world.addMethods(restApiId, [
    { path: "/pet", httpMethod: "POST", method: validated("Pet")! },
    { path: "/pets", httpMethod: "POST", method: validated("Pets")! },
  ])
  await world.gateway.putGatewayResponse({
    restApiId,
    responseType: "BAD_REQUEST_BODY",
    responseTemplates: { "application/json": '{"why": "$context.error.validationErrorString"}' },
  })
  const api = await world.deploy(restApiId)
  const post = (path: string, body: string, type = "application/json") =>
    world.ask(api, path, { method: "POST", body, headers: { "content-type": type } })
  assert.equal((await post("pet", '{"name":"Rex"}')).status, 200)
  assert.equal((await post("pet", '{"name":1}', "application/json; charset=utf-8")).status, 400)
  assert.equal((await post("pet", '{"statusCode": 200}', "text/plain")).status, 200)
  assert.equal((await post("pets", '[{"name":"Rex"}]')).status, 200)
  const wrong = await post("pets", '[{"name":"Rex"},{}]')
  assert.equal(wrong.status, 400)
  assert.equal(wrong.body, '{"why": "[object has missing required properties (["name"])]"}')
  assert.match((await post("pet", "{")).body, /Unable to parse/)
  assert.match((await post("pet", '{"name":"toolong"}')).body, /string "toolong" is too long/)
})
