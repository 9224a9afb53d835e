import { serveReads } from "../../../open-api/index.ts"
import { WireError } from "../../../wire/errors.ts"
import { type BasePathUse, readDefinition } from "./read.ts"

serveReads(
  (body, basePathUse) => readDefinition(body as Uint8Array, basePathUse as BasePathUse),
  (error) => {
    if (!(error instanceof WireError)) return undefined
    const { code, message, status, because } = error
    return { code, message, status, because }
  },
)
