import { createServer } from "node:net"
import { type Config, ConfigError } from "../config.ts"

/**
 * Finds the port for workers that will share it. They share it with whoever asks to, so it is first taken for a moment by
 * one who does not: that fails where anybody listens already.
 */
export function reservePort({ host, port }: Config): Promise<number> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(asListenError(error, { host, port })))
    server.listen({ host, port, exclusive: true }, () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

/** What the operating system says of a port, for people. */
export function asListenError(error: unknown, { host, port }: Pick<Config, "host" | "port">): unknown {
  const code = (error as NodeJS.ErrnoException).code
  if (code === "EADDRINUSE")
    return new ConfigError(`Port ${port} on ${host} is taken. Stop what listens there, or choose another with --port.`)
  if (code === "EACCES")
    return new ConfigError(`Port ${port} may not be listened on by this user. Choose one above 1023.`)
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
    return new ConfigError(`--host '${host}' is no address of this machine.`)
  return error
}
