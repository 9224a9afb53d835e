import { FederationError } from "../error.ts"
import { parseSamlMetadata } from "./metadata.ts"
import { PROTOCOL, SIGNATURE, SUCCESS } from "./names.ts"
import { findSignedMessage } from "./signature.ts"
import { attributeOf, childrenNamed, findOnlyChild, parseXml, XmlError } from "./xml.ts"

export class SamlLogoutError extends FederationError<"malformed" | "signature" | "in response to" | "status"> {
  override name = "SamlLogoutError"
}

/** Longer ones are nobody's: it says little more than that it worked. */
const ELEMENTS_AT_MOST = 200

/**
 * What a provider answers when it was asked to end a session. Many leave it unsigned, and nothing is decided by it: the
 * session here has ended before. One that is signed has to be signed rightly. Throws SamlLogoutError.
 */
export function verifyLogoutResponse(base64: string, metadata: string, inResponseTo: string): void {
  try {
    const text = Buffer.from(base64, "base64").toString("utf8")
    const root = parseXml(text, ELEMENTS_AT_MOST)
    const isSigned = childrenNamed(root, SIGNATURE, "Signature").length > 0
    const response = isSigned ? findSignedMessage(text, parseSamlMetadata(metadata).certificates) : root
    if ("why" in response) throw new SamlLogoutError("signature", response)
    if (response.namespaceURI !== PROTOCOL || response.localName !== "LogoutResponse")
      throw new SamlLogoutError("malformed", { why: "is no LogoutResponse" })
    if (attributeOf(response, "InResponseTo") !== inResponseTo)
      throw new SamlLogoutError("in response to", { found: attributeOf(response, "InResponseTo") })
    const status = findOnlyChild(response, PROTOCOL, "Status")
    const code = status && findOnlyChild(status, PROTOCOL, "StatusCode")
    const value = code && attributeOf(code, "Value")
    if (value !== SUCCESS) throw new SamlLogoutError("status", { found: value })
  } catch (error) {
    throw error instanceof XmlError ? new SamlLogoutError("malformed", { why: error.message }) : error
  }
}
