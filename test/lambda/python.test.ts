import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import type { RunnableFunction } from "../../src/services/lambda/runtime/runtime.ts"
import { findOrInstall } from "../harness/debian.ts"
import { aFunction, answerOf, errorOf, invocation, logOf, openWorld, stored } from "./world.ts"

let world: ReturnType<typeof openWorld>
let hindrance: string | false = false
try {
  findOrInstall("python3")
} catch (error) {
  hindrance = `no Python: ${(error as Error).message}`
}
before(() => {
  world = openWorld()
})
after(() => world[Symbol.asyncDispose]())

const python = (code: string, changes: Partial<RunnableFunction> = {}) =>
  aFunction({ "app.py": code }, { runtime: "python3.13", handler: "app.handler", ...changes })
const run = (target: RunnableFunction, asked = invocation()) => world.runtime.invoke(target, asked)

test("a Python function answers, and remembers", { skip: hindrance }, async () => {
  const target = python(`
count = 0
def handler(event, context):
    global count
    count += 1
    return {"event": event, "count": count, "ü": "ü", "left": context.get_remaining_time_in_millis() > 1000}
`)
  assert.deepEqual(answerOf(await run(target, invocation({ a: 1 }))), { event: { a: 1 }, count: 1, ü: "ü", left: true })
  assert.deepEqual(answerOf(await run(target, invocation({ a: 2 }))), { event: { a: 2 }, count: 2, ü: "ü", left: true })
})

test("a wrapper script that hands no connection on leaves the Runtime API on the loopback", {
  skip: hindrance,
}, async () => {
  const target = aFunction(
    {
      "extensions/wrapper": '#!/bin/sh\nexec "$@" 5</dev/null\n',
      "app.py": "def handler(event, context):\n    return event",
    },
    {
      ...{ runtime: "python3.13", handler: "app.handler" },
      environment: { AWS_LAMBDA_EXEC_WRAPPER: "/var/task/extensions/wrapper" },
    },
  )
  assert.equal(answerOf(await run(target, invocation(1))), 1)
  assert.equal(answerOf(await run(target, invocation(2))), 2)
})

test("its context has the members of the Developer Guide", { skip: hindrance }, async () => {
  const target = python(`
def handler(event, context):
    names = ["aws_request_id", "log_group_name", "log_stream_name", "function_name", "memory_limit_in_mb", "function_version", "invoked_function_arn"]
    return {**{name: getattr(context, name) for name in names},
        "custom": context.client_context.custom, "title": context.client_context.client.app_title,
        "identity": context.identity.cognito_identity_id}
`)
  const asked = invocation(
    {},
    {
      clientContext: '{"custom":{"a":"b"},\n"client":{"app_title":"für 5 €"}}',
      cognitoIdentity: { cognitoIdentityId: "eu-west-1:i", cognitoIdentityPoolId: "eu-west-1:p" },
    },
  )
  const { log_stream_name, ...rest } = answerOf(await run(target, asked)) as Record<string, unknown>
  assert.match(log_stream_name as string, /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/)
  assert.deepEqual(rest, {
    aws_request_id: asked.requestId,
    log_group_name: `/aws/lambda/${target.name}`,
    function_name: target.name,
    memory_limit_in_mb: "256",
    function_version: "$LATEST",
    invoked_function_arn: asked.invokedFunctionArn,
    custom: { a: "b" },
    title: "für 5 €",
    identity: "eu-west-1:i",
  })
})

const ERRORS: readonly { what: string; code: string; handler?: string; type: string; message: string | RegExp }[] = [
  { what: "a raised error", code: "def handler(e, c): raise KeyError('gone')", type: "KeyError", message: "'gone'" },
  {
    what: "no such function",
    code: "",
    type: "Runtime.HandlerNotFound",
    message: "Handler 'handler' missing on module 'app'",
  },
  {
    what: "no such module",
    code: "",
    handler: "other.handler",
    type: "Runtime.ImportModuleError",
    message: "Unable to import module 'other': No module named 'other'",
  },
  {
    what: "a syntax error",
    code: "def handler(:",
    type: "Runtime.UserCodeSyntaxError",
    message: /^Syntax error in module 'app': /,
  },
  { what: "no dot", code: "", handler: "app", type: "Runtime.MalformedHandlerName", message: /^Bad handler 'app': / },
  {
    what: "a module of Python's own",
    code: "",
    handler: "sys.exit",
    type: "Runtime.BuiltInModuleConflict",
    message: "Cannot use built-in module sys as a handler module",
  },
  {
    what: "a result that is no JSON",
    code: "def handler(e, c): return object()",
    type: "Runtime.MarshalError",
    message: "Unable to marshal response: Object of type object is not JSON serializable",
  },
]

for (const { what, code, handler = "app.handler", type, message } of ERRORS)
  test(`it fails: ${what}`, { skip: hindrance }, async () => {
    const asked = invocation()
    const error = errorOf(await run(python(code, { handler }), asked))
    assert.equal(error.errorType, type)
    if (typeof message === "string") assert.equal(error.errorMessage, message)
    else assert.match(error.errorMessage, message)
    const isOfInvocation = type === "KeyError" || type === "Runtime.MarshalError"
    assert.equal(error.requestId, isOfInvocation ? asked.requestId : "")
    if (type === "KeyError")
      assert.match((error.stackTrace as string[])[0]!, /^ {2}File "\/var\/task\/app\.py", line 1, in handler\n/)
  })

test("sys.exit ends it", { skip: hindrance }, async () => {
  const asked = invocation()
  assert.deepEqual(errorOf(await run(python("import sys\ndef handler(e, c): sys.exit(5)"), asked)), {
    errorType: "Runtime.ExitError",
    errorMessage: `RequestId: ${asked.requestId} Error: Runtime exited with error: exit status 5`,
  })
})

test("its log", { skip: hindrance }, async () => {
  const target = python(`
import logging
def handler(event, context):
    logging.getLogger().info("not shown")
    logging.warning("careful")
    print("one\\ntwo")
    raise ValueError("bad")
`)
  const asked = invocation()
  const lines = logOf(await run(target, asked)).split("\n")
  assert.match(
    lines[1]!,
    new RegExp(`^\\[WARNING\\]\t\\d{4}-\\d\\d-\\d\\dT[\\d:]{8}\\.\\d{3}Z\t${asked.requestId}\tcareful$`),
  )
  assert.deepEqual(lines.slice(2, 4), ["one", "two"])
  assert.match(
    lines[4]!,
    /^\[ERROR\] ValueError: bad\rTraceback \(most recent call last\):\r\u00a0\u00a0File "\/var\/task\/app\.py", line 7, in handler\r/,
  )
})

test("its log as JSON", { skip: hindrance }, async () => {
  const target = python(
    "import logging\ndef handler(event, context):\n    logging.getLogger('shop').info('sold', extra={'count': 2})",
    { logFormat: "JSON", applicationLogLevel: "INFO" },
  )
  const asked = invocation()
  await run(target, asked)
  const lines = world.logged(target.name).map(({ text }) => JSON.parse(text))
  assert.deepEqual(
    lines.map(({ type, level }) => type ?? level),
    ["platform.initStart", "platform.start", "INFO", "platform.report"],
  )
  const { timestamp, ...line } = lines[2]
  assert.match(timestamp, /^\d{4}-.*Z$/)
  assert.deepEqual(line, { level: "INFO", message: "sold", logger: "shop", requestId: asked.requestId, count: 2 })
})

test("layers are found, and the code comes before them", { skip: hindrance }, async () => {
  const layers = [
    stored({ "python/shared.py": "name = 'first'\nmore = 'kept'", "python/app2.py": "name = 'layer'" }),
    stored({ "python/shared2.py": "", "python/shared.py": "name = 'second'\nmore = 'laid over'" }),
  ]
  const target = aFunction(
    {
      "app.py": "import shared, app2\ndef handler(e, c): return [shared.name, shared.more, app2.name]",
      "app2.py": "name = 'code'",
    },
    { runtime: "python3.11", handler: "app.handler", layers },
  )
  assert.deepEqual(answerOf(await run(target)), ["second", "laid over", "code"])
})
