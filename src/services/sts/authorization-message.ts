import { DecodeAuthorizationMessageCommand } from "@aws-sdk/client-sts"
import { open, seal, UnsealError } from "../../base/master-key.ts"
import type { Deps } from "../../call.ts"
import { operation } from "../../operation.ts"
import { invalidAuthorizationMessage } from "./errors.ts"

const PURPOSE = "authorization-message"

/** The details of a refusal, sealed for those who may decode it. None of the services here sends it of itself; it is
 * what `DecodeAuthorizationMessage` opens. */
export const encodeAuthorizationMessage = ({ masterKey }: Pick<Deps, "masterKey">, details: object): string =>
  seal(masterKey, PURPOSE, JSON.stringify(details)).toString("base64url")

export const DecodeAuthorizationMessage = operation(DecodeAuthorizationMessageCommand, {
  access: () => ({ resource: "*" }),
  async handle({ EncodedMessage }, { masterKey }) {
    try {
      return { DecodedMessage: open(masterKey, PURPOSE, Buffer.from(EncodedMessage, "base64url")).toString("utf8") }
    } catch (error) {
      if (error instanceof UnsealError) throw invalidAuthorizationMessage()
      throw error
    }
  },
})
