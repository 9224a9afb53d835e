import assert from "node:assert/strict"
import { test } from "node:test"
import { aFunction, answerOf, invocation, openWorld } from "./world.ts"

const needsRoot = process.getuid?.() === 0 ? false : "only root can make users and namespaces of all kinds"

for (const confinement of ["namespaces", "users"] as const)
  test(`a function's variables mean nothing to the tools that make its environment: ${confinement}`, {
    skip: needsRoot,
  }, async () => {
    await using world = openWorld({ confinement })
    // Whatever is started with it says that there is no such library.
    const environment = { LD_PRELOAD: "/none.so" }
    const target = aFunction("export const handler = async () => process.env.LD_PRELOAD", { environment })
    assert.equal(answerOf(await world.runtime.invoke(target, invocation())), "/none.so")
    const complaints = world.logged(target.name).filter(({ text }) => text.includes("/none.so"))
    assert.equal(complaints.length, 1, "the function's own program says so, and nothing that ran before it")
    assert.deepEqual(world.faults, [])
  })
