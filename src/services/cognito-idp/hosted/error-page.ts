import { WireError } from "../../../wire/errors.ts"
import type { Handler } from "./hosted.ts"
import { plainPage } from "./responses.ts"

const ERROR_LENGTH = 100

/** `/error`: for what no application can be told of. HTTP 400 (recorded). */
export const errorPage: Handler = async (hosted) => {
  const text = "An error was encountered with the requested page."
  hosted.deps.answer.refusal = new WireError(
    (hosted.query.get("error") ?? "invalid_request").slice(0, ERROR_LENGTH),
    text,
  )
  return plainPage(hosted, 400, text)
}
