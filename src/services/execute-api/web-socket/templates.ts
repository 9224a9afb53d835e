import type { DeployedIntegration } from "../../apigatewayv2/service.ts"
import { refused } from "../gateway-responses/refusal.ts"
import { misconfigured, render } from "../integrations/request-body.ts"
import { compileTemplate, type Template } from "../integrations/templates.ts"
import { compilePattern, PatternError } from "../patterns.ts"
import type { Exchange } from "../rest/exchange.ts"
import { compileSelection, type Selection } from "./selection.ts"

const DEFAULT = "$default"

/** Finds one by what an expression comes to. UNVERIFIED that `$default` is for all that has none of its own. */
function compileChoice(expression: string | undefined, given: Readonly<Record<string, string>> = {}) {
  const templates = new Map(Object.entries(given).map(([key, text]) => [key, compileTemplate(text)]))
  const select: Selection = compileSelection(expression ?? DEFAULT)
  return {
    isEmpty: templates.size === 0,
    find(exchange: Exchange, body: () => unknown): Template | undefined {
      const key = select(exchange, body)
      return (key === undefined ? undefined : templates.get(key)) ?? templates.get(DEFAULT)
    },
  }
}

/** Developer Guide, "Template selection expressions" and "passthrough behaviors" of WebSocket APIs. */
export function compileRequestTemplates(integration: DeployedIntegration) {
  const { TemplateSelectionExpression, RequestTemplates, PassthroughBehavior = "WHEN_NO_MATCH" } = integration
  const templates = compileChoice(TemplateSelectionExpression, RequestTemplates)
  return (exchange: Exchange, body: () => unknown): Buffer => {
    const template = templates.find(exchange, body)
    if (template) return Buffer.from(render(() => template.render(exchange, exchange.body.toString("utf8"))).text)
    const passes =
      PassthroughBehavior === "WHEN_NO_MATCH" || (PassthroughBehavior === "WHEN_NO_TEMPLATES" && templates.isEmpty)
    if (passes) return exchange.body
    throw refused("UNSUPPORTED_MEDIA_TYPE", {
      because: {
        check: "request template",
        expected: `one that is selected (passthrough behavior ${PassthroughBehavior})`,
        found: "none",
      },
    })
  }
}

interface Response {
  matches(selected: string): boolean
  templates: ReturnType<typeof compileChoice>
}

/** By the integration response whose key is what its expression comes to: `/2\d\d/`, `$default`. Without any, the answer is passed on. */
export function compileResponseTemplates(integration: DeployedIntegration) {
  const { IntegrationResponseSelectionExpression = "$integration.response.statuscode", responses = [] } = integration
  const select = compileSelection(IntegrationResponseSelectionExpression)
  const compiled = responses.map(
    ({ IntegrationResponseKey = DEFAULT, ResponseTemplates, TemplateSelectionExpression }) => ({
      key: IntegrationResponseKey,
      matches: matcherOf(IntegrationResponseKey),
      templates: compileChoice(TemplateSelectionExpression, ResponseTemplates),
    }),
  )
  const fallback: Response | undefined = compiled.find(({ key }) => key === DEFAULT)
  return (exchange: Exchange, answer: Buffer, body: () => unknown): string | Buffer => {
    const selected = select(exchange, body)
    const response =
      (selected === undefined ? undefined : compiled.find(({ matches }) => matches(selected))) ?? fallback
    const template = response?.templates.find(exchange, body)
    return template ? render(() => template.render(exchange, answer.toString("utf8"))).text : answer
  }
}

/** A key in slashes is a regular expression, any other one is the text itself. */
function matcherOf(key: string): (selected: string) => boolean {
  const [, expression] = /^\/(.*)\/$/s.exec(key) ?? []
  if (expression === undefined) return (selected) => selected === key
  try {
    const pattern = compilePattern(expression)
    return (selected) => pattern.matches(selected)
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    const found = error.message
    return () => {
      throw misconfigured("a key of an integration response that can be evaluated", found)
    }
  }
}
