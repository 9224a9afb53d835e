// A peer of API Gateway: fastify with @fastify/jwt, which checks the signature and the times of a user pool's tokens. The packages
// are looked for below the first argument; the second is the public key.
import { createRequire } from "node:module"
import type { AddressInfo } from "node:net"

const [directory, key] = process.argv.slice(2)
const require = createRequire(`${directory}/package.json`)

/** As much of fastify as is used here: it is no dependency of the project's. */
interface Fastify {
  register(plugin: unknown, options: object): Promise<void>
  post(path: string, options: object, handler: () => object): void
  listen(options: { port: number; host: string }): Promise<string>
  server: { address(): unknown }
}

const fastify = (require("fastify") as () => Fastify)()
await fastify.register(require("@fastify/jwt"), { secret: { public: key }, verify: { algorithms: ["RS256"] } })
const onRequest = (request: { jwtVerify(): Promise<unknown> }) => request.jwtVerify()
fastify.post("/prod/mock", { onRequest }, () => ({ ok: true }))
await fastify.listen({ port: 0, host: "127.0.0.1" })
process.send?.((fastify.server.address() as AddressInfo).port)
