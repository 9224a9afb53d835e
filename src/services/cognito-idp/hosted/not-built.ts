import { WireError } from "../../../wire/errors.ts"
import type { Handler } from "./hosted.ts"
import { plainPage } from "./responses.ts"

/** What AWS has under a path and this server has not: said in words. */
export const notBuilt =
  (what: string): Handler =>
  async (hosted) => {
    const sentence = `This server has not ${what} yet.`
    hosted.deps.answer.refusal = new WireError("NotImplemented", sentence, { status: 501 })
    return plainPage(hosted, 501, sentence)
  }
