import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import type { RunnableFunction } from "../../src/services/lambda/runtime/runtime.ts"
import { eventually } from "../harness/eventually.ts"
import { aFunction, answerOf, errorOf, invocation, logOf, openWorld, stored } from "./world.ts"

let world: ReturnType<typeof openWorld>
before(() => {
  world = openWorld()
})
after(() => world[Symbol.asyncDispose]())

const run = (target: RunnableFunction, asked = invocation()) => world.runtime.invoke(target, asked)

/** A runtime of one's own as people write them: node:http, a connection a request. */
const BOOTSTRAP = `#!/var/lang/bin/node
const http = require("node:http")
const api = "http://" + process.env.AWS_LAMBDA_RUNTIME_API + "/2018-06-01"
const call = (method, path, body, headers = {}) => new Promise((resolve, reject) => {
  const request = http.request(api + path, { method, headers, agent: false }, (response) => {
    let text = ""
    response.on("data", (piece) => { text += piece }).on("end", () => resolve({ status: response.statusCode, headers: response.headers, text }))
  })
  request.on("error", reject).end(body)
})
const said = []
async function main() {
  while (true) {
    const { headers, text } = await call("GET", "/runtime/invocation/next")
    const id = headers["lambda-runtime-aws-request-id"]
    const event = JSON.parse(text)
    if (event.exit !== undefined) process.exit(event.exit)
    if (event.error) { said.push((await call("POST", "/runtime/invocation/" + id + "/error", event.error, event.headers)).status); continue }
    if (event.call) { const { status, text } = await call(...event.call); said.push(status, text) }
    await call("POST", "/runtime/invocation/" + id + "/response", JSON.stringify({ headers, event, said, argv: process.argv[1], handler: process.env._HANDLER, execution: process.env.AWS_EXECUTION_ENV ?? null }))
  }
}
main()
`
const custom = (changes: Partial<RunnableFunction> = {}) =>
  aFunction({ bootstrap: BOOTSTRAP }, { runtime: "provided.al2023", handler: "what.ever", ...changes })

test("a runtime of the function's own gets its events, with all that is known of them", async () => {
  const asked = invocation(
    { a: 1 },
    { clientContext: '{"custom":{}}', cognitoIdentity: { cognitoIdentityId: "i", cognitoIdentityPoolId: "p" } },
  )
  const before = Date.now()
  const answer = answerOf(await run(custom(), asked)) as { headers: Record<string, string>; [member: string]: unknown }
  const { "lambda-runtime-deadline-ms": deadline, "content-length": length, ...headers } = answer.headers
  assert.deepEqual(headers, {
    "content-type": "application/json",
    "lambda-runtime-aws-request-id": asked.requestId,
    "lambda-runtime-invoked-function-arn": asked.invokedFunctionArn,
    "lambda-runtime-trace-id": asked.traceId,
    "lambda-runtime-client-context": '{"custom":{}}',
    "lambda-runtime-cognito-identity": '{"cognitoIdentityId":"i","cognitoIdentityPoolId":"p"}',
    connection: "close",
  })
  assert.equal(length, "7")
  assert.ok(Number(deadline) > before + 15_000 && Number(deadline) < Date.now() + 20_000)
  assert.equal(answer.handler, "what.ever")
  assert.equal(answer.execution, null)
})

const CALLS: readonly { what: string; call: readonly unknown[]; status: number; text: RegExp }[] = [
  { what: "a ping", call: ["GET", "/ping"], status: 200, text: /^pong$/ },
  {
    what: "the next event too early",
    call: ["GET", "/runtime/invocation/next"],
    status: 403,
    text: /"errorType":"InvalidStateTransition"/,
  },
  {
    what: "an answer to another invocation",
    call: ["POST", "/runtime/invocation/x/response", "1"],
    status: 400,
    text: /"errorType":"InvalidRequestID"/,
  },
  {
    what: "an error at the beginning, too late",
    call: ["POST", "/runtime/init/error", "{}"],
    status: 403,
    text: /InvalidStateTransition/,
  },
  { what: "SnapStart", call: ["GET", "/runtime/restore/next"], status: 501, text: /NotImplemented/ },
  { what: "nothing that is there", call: ["GET", "/elsewhere"], status: 404, text: /404/ },
  { what: "telemetry", call: ["PUT", "/../2022-07-01/telemetry", "{}"], status: 202, text: /not supported/ },
]

for (const { what, call, status, text } of CALLS)
  test(`the Runtime API answers ${status} to ${what}`, async () => {
    const { said } = answerOf(await run(custom(), invocation({ call }))) as { said: [number, string] }
    assert.equal(said[0], status)
    assert.match(said[1], text)
  })

test("an error goes to the caller as it is", async () => {
  const target = custom()
  const ending = await run(
    target,
    invocation({ error: "no JSON at all", headers: { "Lambda-Runtime-Function-Error-Type": "My.Error" } }),
  )
  assert.equal(ending.is === "failed" && Buffer.from(ending.payload).toString(), "no JSON at all")
  assert.equal(ending.is === "failed" && ending.errorType, "My.Error")
  const typed = await run(target, invocation({ error: '{"errorType":"Own","errorMessage":"m"}' }))
  assert.equal(typed.is === "failed" && typed.errorType, "Own")
  assert.deepEqual((answerOf(await run(target)) as { said: unknown }).said, [202, 202])
})

test("a shell script with curl is a runtime", async (t) => {
  const target = aFunction(
    {
      bootstrap: `#!/bin/sh
command -v curl >/dev/null || exit 99
while true; do
  event=$(curl -sS -D "/tmp/headers" "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next")
  id=$(grep -i Lambda-Runtime-Aws-Request-Id "/tmp/headers" | tr -d '[:space:]' | cut -d: -f2)
  curl -sS "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/$id/response" -d "{\\"got\\":$event}" >/dev/null
done
`,
    },
    { runtime: "provided.al2" },
  )
  const ending = await run(target, invocation({ a: 1 }))
  if (ending.is === "failed" && errorOf(ending).errorMessage.endsWith("exit status 99"))
    return t.skip("this machine has no curl")
  assert.deepEqual(answerOf(ending), { got: { a: 1 } })
  assert.deepEqual(answerOf(await run(target, invocation({ a: 2 }))), { got: { a: 2 } })
})

test("it may stand in a layer", async () => {
  const target = aFunction({ data: "x" }, { runtime: "provided.al2023", layers: [stored({ bootstrap: BOOTSTRAP })] })
  assert.equal((answerOf(await run(target)) as { argv: string }).argv, "/opt/bootstrap")
})

test("without one, it is said", async () => {
  const ending = await run(aFunction({ data: "x" }, { runtime: "provided.al2023" }))
  assert.match(errorOf(ending).errorMessage, /Runtime exited with error: exit status 127$/)
  assert.equal(errorOf(ending).errorType, "Runtime.ExitError")
  assert.match(logOf(ending), /START RequestId/)
})

test("a wrapper script goes before the runtime", async () => {
  const target = aFunction(
    {
      "extensions/wrapper": '#!/bin/sh\nexport WRAPPED="$1"\nexec "$@"\n',
      "index.mjs": "export const handler = async () => process.env.WRAPPED",
    },
    { environment: { AWS_LAMBDA_EXEC_WRAPPER: "/var/task/extensions/wrapper" } },
  )
  assert.equal(answerOf(await run(target)), "/var/lang/bin/node")
})

test("a wrapper script that hands no connection on leaves the Runtime API on the loopback", async () => {
  const target = aFunction(
    {
      "extensions/wrapper": '#!/bin/sh\nexec "$@" 5</dev/null\n',
      "index.mjs": "let count = 0; export const handler = async () => ++count",
    },
    { environment: { AWS_LAMBDA_EXEC_WRAPPER: "/var/task/extensions/wrapper" } },
  )
  assert.equal(answerOf(await run(target)), 1)
  assert.equal(answerOf(await run(target)), 2)
})

/** An extension as people write them: it tells what it was told of in a file. */
const EXTENSION = `#!/var/lang/bin/node
const fs = require("node:fs")
const api = "http://" + process.env.AWS_LAMBDA_RUNTIME_API + "/2020-01-01/extension"
async function main() {
  const wrong = await fetch(api + "/event/next")
  const registered = await fetch(api + "/register", { method: "POST", headers: { "Lambda-Extension-Name": "watcher" }, body: JSON.stringify({ events: ["INVOKE", "SHUTDOWN"] }) })
  const id = registered.headers.get("lambda-extension-identifier")
  fs.appendFileSync("/tmp/told", JSON.stringify([wrong.status, (await wrong.json()).errorType, registered.status, await registered.json()]) + "\\n")
  while (true) {
    const event = await (await fetch(api + "/event/next", { headers: { "Lambda-Extension-Identifier": id } })).json()
    fs.appendFileSync("/tmp/told", JSON.stringify(event) + "\\n")
    console.log("extension saw " + event.eventType)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
main()
`

test("an extension begins before the first event, sees each invocation, and is told of the end", async () => {
  const target = aFunction(
    `import fs from "node:fs"
    export const handler = async () => fs.readFileSync("/tmp/told", "utf8").trim().split("\\n").map((line) => JSON.parse(line))`,
    { layers: [stored({ "extensions/watcher": EXTENSION, "extensions.txt": "" })] },
  )
  const first = invocation()
  const second = invocation()
  await run(target, first)
  const ending = await run(target, second)
  const [registered, ...events] = answerOf(ending) as [
    unknown,
    ...{ requestId: string; eventType: string; deadlineMs: number }[],
  ]
  assert.deepEqual(registered, [
    403,
    "Extension.MissingExtensionIdentifier",
    200,
    { functionName: target.name, functionVersion: "$LATEST", handler: "index.handler" },
  ])
  const { deadlineMs, ...event } = events[0]!
  assert.ok(deadlineMs > Date.now())
  assert.deepEqual(event, {
    eventType: "INVOKE",
    requestId: first.requestId,
    invokedFunctionArn: first.invokedFunctionArn,
    tracing: { type: "X-Amzn-Trace-Id", value: first.traceId },
  })
  assert.match(logOf(ending), /extension saw INVOKE\nEND RequestId/)
  world.runtime.forget(target)
  await eventually(() => world.logged(target.name).some(({ text }) => text === "extension saw SHUTDOWN\n"))
})
