import assert from "node:assert/strict"
import { test } from "node:test"
import { rawConnection } from "../harness/raw-http.ts"
import { startServerProcess } from "../harness/server-process.ts"

test("a server that is asked to end answers what it was asked before, and then ends", async () => {
  const server = await startServerProcess(["--memory"])
  await using idle = await rawConnection(server.url)
  const assertAnswers = async (count: number) => {
    idle.send("GET /_hallpass/health HTTP/1.1\r\nhost: localhost\r\n\r\n")
    assert.equal((await idle.answers(count))[count - 1]?.status, 200)
  }
  await assertAnswers(1)
  await using busy = await rawConnection(server.url)
  busy.send(
    "POST / HTTP/1.1\r\nhost: localhost\r\nx-amz-target: DynamoDB_20120810.ListTables\r\ncontent-length: 2\r\n\r\n{",
  )
  // What came before these has arrived when they are answered: the connection, and then its bytes.
  await assertAnswers(2)
  await assertAnswers(3)

  const stopped = server.stop()
  await idle.closed()
  busy.send("}")
  const [answer] = await busy.answers(1)
  assert.equal(answer?.status, 400)
  assert.match(answer.body, /MissingAuthenticationToken/)
  assert.match(answer.head, /connection: close/i)
  await busy.closed()
  await stopped
  await assert.rejects(rawConnection(server.url), { code: "ECONNREFUSED" })
})
