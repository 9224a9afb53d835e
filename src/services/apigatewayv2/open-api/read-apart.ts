import { createReader } from "../../../open-api/index.ts"
import { WireError } from "../../../wire/errors.ts"
import { badRequest } from "../errors.ts"
import type { BasePathUse, Draft } from "./read.ts"

const read = createReader<Draft>(
  new URL(import.meta.url.endsWith(".ts") ? "./thread.ts" : "./thread.js", import.meta.url),
)

/** What a definition makes of an API. Throws AWS's refusal of what is no definition. */
export async function readApart(body: string, basePathUse: BasePathUse): Promise<Draft> {
  const found = await read(body, basePathUse)
  switch (found.is) {
    case "read":
      return found.draft
    case "refused":
      throw new WireError(found.refusal.code, found.refusal.message, found.refusal)
    case "too large":
      throw badRequest("Invalid OpenAPI input.", {
        check: "OpenAPI",
        found: "a definition that cannot be read in the memory there is",
      })
    case "busy":
      throw new WireError("TooManyRequestsException", "Too Many Requests", { status: 429 })
  }
}
