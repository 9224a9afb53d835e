/**
 * Whatever is sent, nothing answers 500 and the server lives. Bounded and repeatable: `HALLPASS_FUZZ_SEED` and
 * `HALLPASS_FUZZ_RUNS` draw other requests, and more of them.
 */
import assert from "node:assert/strict"
import { request } from "node:http"
import { after, before, describe, test } from "node:test"
import { Sha256 } from "@aws-crypto/sha256-js"
import { SignatureV4 } from "@smithy/signature-v4"
import fc from "fast-check"
import type { Service } from "../../src/service.ts"
import { services } from "../../src/services.ts"
import type { CommandWithSchema } from "../../src/wire/index.ts"
import { operationShape } from "../../src/wire/schema.ts"
import { startServer, type TestServer } from "../harness/server.ts"
import { type FuzzWorld, groundedOf, type Input, openFuzzWorld } from "./fuzz-world.ts"
import { valuesOf } from "./values.ts"

const seed = Number(process.env.HALLPASS_FUZZ_SEED ?? 20_260_101)
const runs = Number(process.env.HALLPASS_FUZZ_RUNS ?? 2)

let server: TestServer
let world: FuzzWorld
before(async () => {
  server = await startServer()
  world = await openFuzzWorld(server.client)
  console.log(`seed ${seed}`)
})
after(async () => {
  world[Symbol.dispose]()
  await server[Symbol.asyncDispose]()
})

interface Sent {
  method: string
  path: string
  headers: Record<string, string>
  body: string
}

/** The status of the answer; 0 where the server cut the connection, as it may where it is sent what is not HTTP. */
function send({ method, path, headers, body }: Sent): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.url)
    const outgoing = request({ hostname, port, method, path, headers, agent: false }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode!))
      response.on("error", () => resolve(0))
    })
    outgoing.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNRESET" || error.code === "EPIPE") resolve(0)
      else reject(error)
    })
    outgoing.setTimeout(120_000, () => outgoing.destroy(new Error("no answer within 120 seconds")))
    outgoing.end(Buffer.from(body, "utf8"))
  })
}

async function assertBorne(sent: Sent): Promise<void> {
  const status = await send(sent)
  assert.ok(status < 500 || status === 501 || status === 503, `answered ${status}`)
}

async function signed(service: string, { method, path, headers, body }: Sent): Promise<Sent> {
  const { hostname, host } = new URL(server.url)
  const { credentials, region } = server.client
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256, uriEscapePath: service !== "s3" })
  const [pathname = "/", search = ""] = path.split("?")
  const query = Object.fromEntries(new URLSearchParams(search))
  const all = { ...headers, host }
  const result = await signer.sign({ method, protocol: "http:", hostname, path: pathname, query, headers: all, body })
  return { method, path, headers: result.headers, body }
}

const METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND"]
const pieces = fc.constantFrom(
  ..."/ . .. // %2F %00 %zz %ff %C0%AF bucket key ?acl ?uploads &versionId=null ?X-Amz-Credential=a/b/c/d/e".split(" "),
  ..."?Action=GetUser &Version=2010-05-08 _hallpass/ health decisions/ __proto__ constructor us-east-1_x".split(" "),
  ..."/.well-known/jwks.json ?list-type=2 &max-keys=-1 &max-keys=1e9 &prefix=% ?X-Amz-Signature= ?partNumber=0".split(
    " ",
  ),
  ..."/oauth2/token /login /_hallpass/decisions/%zz &&&& ==== ?x-id=GetObject".split(" "),
)
const paths = fc.array(pieces, { maxLength: 6 }).map((parts) => `/${parts.join("")}`)
const hostile = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.constantFrom(
    "__proto__",
    "constructor",
    "NaN",
    "-0",
    "1e999",
    "\ud800",
    "../../..",
    "${aws:username}",
    "%",
    "*",
    "",
  ),
  fc.nat({ max: 2000 }).map((length) => "a".repeat(length)),
)
const headerText = hostile.map((text) => text.replaceAll(/[^\x20-\x7e]/g, "?").trim())
const HEADERS = fc.record(
  {
    authorization: fc.oneof(
      headerText,
      headerText.map((text) => `AWS4-HMAC-SHA256 Credential=${text}, SignedHeaders=host, Signature=${text}`),
      headerText.map((text) => `AWS ${text}:${text}`),
      headerText.map((text) => `Bearer ${text}`),
    ),
    "x-amz-target": fc.oneof(
      headerText,
      headerText.map((text) => `DynamoDB_20120810.${text}`),
    ),
    "content-type": fc.oneof(
      headerText,
      fc.constantFrom(
        "application/x-amz-json-1.1",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=a",
      ),
    ),
    host: fc.oneof(
      headerText,
      fc.constantFrom("b.s3.localhost", "s3.localhost", "..s3.localhost", "[::1", ".localhost"),
    ),
    origin: headerText,
    range: fc.constantFrom("bytes=0-", "bytes=9-1", "bytes=-0", "bytes=a", "items=0-1", `bytes=${"9".repeat(400)}-`),
    "x-amz-date": headerText,
    "x-amz-security-token": headerText,
    "x-amz-content-sha256": fc.oneof(headerText, fc.constant("STREAMING-AWS4-HMAC-SHA256-PAYLOAD")),
    "x-amz-decoded-content-length": headerText,
    "x-amz-copy-source": headerText,
    "x-forwarded-for": headerText,
    "if-modified-since": headerText,
    "access-control-request-method": headerText,
  },
  { requiredKeys: [] },
)

test("arbitrary requests", async () => {
  const requests = fc.record({
    method: fc.constantFrom(...METHODS),
    path: paths,
    headers: HEADERS as fc.Arbitrary<Record<string, string>>,
    body: fc.oneof(hostile, fc.json(), fc.constant("Action=AssumeRoleWithWebIdentity&Version=2011-06-15&&=&a.1.b=%zz")),
  })
  await fc.assert(fc.asyncProperty(requests, assertBorne), { seed, numRuns: 400 * runs })
})

/** JSON as the services' inputs have it, with members of the wrong kinds. */
const members = fc.constantFrom(
  ..."TableName Key Item UserPoolId ClientId AuthFlow AuthParameters Username IdentityPoolId Logins MaxResults".split(
    " ",
  ),
  ..."ExpressionAttributeValues KeyConditionExpression UpdateExpression Session S N L M B NS __proto__ Limit".split(
    " ",
  ),
)
const confused = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    hostile,
    fc.constantFrom(null, true, -1, Number.MAX_VALUE, 2 ** 53, 0.1, [], {}),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(members, tie("value"), { maxKeys: 4 }),
  ),
})).value

const JSON_TYPE = "application/json"
/** What no `JSON.stringify` writes. */
const NO_JSON = [
  '{"__proto__":{"a":1}}',
  '{"Timeout":1e999,"MemorySize":9007199254740993}',
  '{"Description":"\\ud800","Handler":"\\u0000"}',
  `{"Layers":${"[".repeat(3_000)}${"]".repeat(3_000)}}`,
  '{"Description":NaN}',
  '{"a":1',
]

for (const service of services) {
  describe(`mutated requests of ${service.name}`, () => {
    test("inputs of each operation, drawn from its schema", async () => {
      for (const { name, Command } of service.operations) {
        const shape = operationShape(Command as unknown as CommandWithSchema)
        const inputs = fc.sample(valuesOf(shape.input), { seed, numRuns: 2 * runs })
        const grounded = inputs.flatMap((input, i) => [groundedOf(world, service, name, input as Input, i), input])
        for (const input of [{}, ...grounded]) await assertCallBorne(service, name, Command as never, input)
      }
    })

    if (service.errors === "rest-json")
      test("bodies of wrong types, by their routes", async () => {
        for (const { name, Command } of service.operations) {
          const { traits } = operationShape(Command as unknown as CommandWithSchema)
          const [method = "POST", uri = "/"] = traits.http ?? []
          if (method === "GET") continue
          const things = { ...world.things } as Record<string, unknown>
          const path = uri.replaceAll(/\{(\w+)\+?\}/g, (_, label) =>
            encodeURIComponent(String(things[label] ?? "none")),
          )
          const texts = fc.sample(confused, { seed, numRuns: 3 * runs }).map((body) => JSON.stringify(body) ?? "")
          for (const body of [...texts, ...NO_JSON]) {
            const sent = await signed(service.name, { method, path, headers: { "content-type": JSON_TYPE }, body })
            await assertBorne(sent).catch((error) => assert.fail(`${name} ${body.slice(0, 200)}: ${error.message}`))
          }
        }
      })

    if (service.targetPrefix)
      test("bodies of wrong types", async () => {
        for (const { name } of service.operations)
          for (const body of [{}, ...fc.sample(confused, { seed, numRuns: 3 * runs })]) {
            const headers = {
              "x-amz-target": `${service.targetPrefix}.${name}`,
              "content-type": "application/x-amz-json-1.1",
            }
            const sent = await signed(service.name, {
              method: "POST",
              path: "/",
              headers,
              body: JSON.stringify(body) ?? "",
            })
            await assertBorne(sent).catch((error) => assert.fail(`${name} ${JSON.stringify(body)}: ${error.message}`))
          }
      })
  })
}

async function assertCallBorne(
  { name: service }: Service,
  operation: string,
  Command: new (input: unknown) => object,
  input: unknown,
): Promise<void> {
  const status = await world.clients
    .get(service)!
    .send(new Command(input))
    .then(
      () => 200,
      // What the client itself refuses never came here.
      (error) => (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0,
    )
  assert.ok(
    status < 500 || status === 501 || status === 503,
    `${service}:${operation} answered ${status} to ${JSON.stringify(input)}`,
  )
}

test("the server still answers", async () => {
  assert.equal((await fetch(`${server.url}/_hallpass/health`)).status, 200)
})
