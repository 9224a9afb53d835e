import type { Texts } from "../../apigateway/service.ts"
import { mediaType } from "../binary-types.ts"
import type { Exchange } from "../rest/exchange.ts"

/** A mapping template that is ready to be filled in. */
export interface Template {
  render(exchange: Exchange, body: string): string
}

/** A template that cannot be rendered, or that was stopped on its way. The caller reads that the API is misconfigured. */
export class TemplateError extends Error {
  override name = "TemplateError"
}

/** One without a reference or a directive is what it says; all others are for the Velocity engine. */
export function compileTemplate(text: string): Template {
  if (!/[$#]/.test(text)) return { render: () => text }
  return {
    render() {
      throw new TemplateError("Hallpass does not render mapping templates yet.")
    },
  }
}

export interface Templates {
  isEmpty: boolean
  /** By the content type of what is mapped; nothing counts as JSON. */
  find(contentType: string | undefined): Template | undefined
  /** The one that is told first. */
  first: Template | undefined
}

export function compileTemplates(given: Texts = {}): Templates {
  const byType = new Map(Object.entries(given).map(([type, text]) => [mediaType(type), compileTemplate(text)]))
  return {
    isEmpty: byType.size === 0,
    find: (contentType) => byType.get(contentType === undefined ? "application/json" : mediaType(contentType)),
    first: byType.values().next().value,
  }
}
