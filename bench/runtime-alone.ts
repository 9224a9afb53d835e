// What running a function takes beside the request for it: the runtime without a server. Tells its own CPU.
import { aFunction, invocation, openWorld } from "../test/lambda/world.ts"
import { CONNECTIONS } from "./load.ts"

await using world = openWorld()
const target = aFunction("export const handler = async (event) => event", { onLog() {} })
const asked = { hello: "world" }

async function invoke(count: number): Promise<void> {
  let left = count
  const worker = async () => {
    while (left-- > 0) {
      const { is } = await world.runtime.invoke(target, invocation(asked))
      if (is !== "answered") throw new Error(`an invocation has ${is}`)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, worker))
}

const count = Number(process.argv[2])
await invoke(count)
const before = process.cpuUsage()
await invoke(count)
const { user, system } = process.cpuUsage(before)
process.send?.((user + system) / count)
