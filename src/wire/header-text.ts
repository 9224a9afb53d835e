import { validateHeaderName, validateHeaderValue } from "node:http"

/** What is none that a header can have would end the answer. */
export function isSendable(name: string, value: string): boolean {
  try {
    validateHeaderName(name)
    validateHeaderValue(name, value)
    return true
  } catch {
    return false
  }
}
