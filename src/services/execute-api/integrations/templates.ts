import { type Node, parseTemplate, RenderError, render, TemplateSyntaxError } from "../../../velocity/index.ts"
import type { Texts } from "../../apigateway/service.ts"
import { mediaType } from "../binary-types.ts"
import { JsonPathError } from "../mapping/json-path.ts"
import { type Overrides, scopeFor } from "../mapping/scope.ts"
import type { Exchange } from "../rest/exchange.ts"

/** A mapping template that is ready to be filled in. */
export interface Template {
  render(exchange: Exchange, body: string): Rendered
}

export interface Rendered {
  text: string
  /** What the template set of `$context.requestOverride` and `$context.responseOverride`. */
  overrides?: Overrides | undefined
}

/** A template that cannot be rendered, or that was stopped on its way. The caller reads that the API is misconfigured. */
export class TemplateError extends Error {
  override name = "TemplateError"
}

/** One without a reference or a directive is what it says. What is no template is told when it is to be filled in. */
export function compileTemplate(text: string): Template {
  if (!/[$#\\]/.test(text)) return { render: () => ({ text }) }
  let nodes: readonly Node[] | undefined
  const scopeOf = scopeFor(text)
  return {
    render(exchange, body) {
      try {
        nodes ??= parseTemplate(text)
        const { variables, overrides } = scopeOf(exchange, body)
        return { text: render(nodes, variables), overrides: overrides() }
      } catch (error) {
        if (error instanceof RenderError || error instanceof TemplateSyntaxError || error instanceof JsonPathError)
          throw new TemplateError(error.message, { cause: error })
        throw error
      }
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
