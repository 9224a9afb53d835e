import { createReader } from "../../../open-api/index.ts"
import { WireError } from "../../../wire/errors.ts"
import { badRequest, tooManyRequests } from "../errors.ts"
import type { Draft } from "./draft.ts"
import type { BasePathUse } from "./read.ts"

const read = createReader<Draft>(
  new URL(import.meta.url.endsWith(".ts") ? "./thread.ts" : "./thread.js", import.meta.url),
)

/** What a definition makes of an API. Throws AWS's refusal of what is no definition. */
export async function readApart(body: Uint8Array, basePathUse: BasePathUse): Promise<Draft> {
  const found = await read(body, basePathUse)
  switch (found.is) {
    case "read":
      return found.draft
    case "refused":
      throw new WireError(found.refusal.code, found.refusal.message, found.refusal)
    case "too large": {
      const because = { check: "OpenAPI", found: "a definition that cannot be read in the memory there is" }
      throw Object.assign(badRequest("Invalid OpenAPI input."), { because })
    }
    case "busy":
      throw tooManyRequests()
  }
}
