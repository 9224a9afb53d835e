import { compileSource, type Source } from "../value-source.ts"

/** `method.request.header.Auth, context.httpMethod`: where the identity of a caller is, in its order. */
export const compileIdentitySources = (text: string | undefined): Source[] =>
  (text ?? "")
    .split(",")
    .map((source) => source.trim())
    .filter((source) => source !== "")
    .map(compileSource)
