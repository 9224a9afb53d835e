// The page, by Vite, and the backend that asks for explanations, on one port.
import { createServer } from "node:http"
import { createServer as createVite } from "vite"
import { createBackend } from "./backend.ts"
import { serverOfEnvironment } from "./environment.ts"

const PORT = 5174

const backend = createBackend(serverOfEnvironment())
const server = createServer(async (request, response) => {
  if (!(await backend(request, response))) vite.middlewares(request, response)
})
const vite = await createVite({
  root: import.meta.dirname,
  server: { middlewareMode: true, hmr: { server } },
})
server.listen(PORT, "127.0.0.1", () => console.log(`The page is at http://127.0.0.1:${PORT}`))
