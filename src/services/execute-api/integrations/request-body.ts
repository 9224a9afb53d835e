import type { Integration } from "../../apigateway/service.ts"
import { refused } from "../gateway-responses/refusal.ts"
import type { Overrides } from "../mapping/scope.ts"
import type { Exchange } from "../rest/exchange.ts"
import { compileTemplates, TemplateError } from "./templates.ts"

export interface MappedBody {
  body: Buffer
  /** A template has made it. */
  isMapped: boolean
  /** What it set for the request beside the body. */
  overrides?: Overrides | undefined
}

/**
 * The body of the request as the integration gets it: by the template for its content type; without one, by the passthrough
 * behavior (Developer Guide, "Method request behavior for payloads without mapping templates").
 */
export function compileRequestBody({
  requestTemplates,
  passthroughBehavior,
}: Pick<Integration, "requestTemplates" | "passthroughBehavior">): (exchange: Exchange) => MappedBody {
  const templates = compileTemplates(requestTemplates)
  return (exchange) => {
    const template = templates.find(exchange.request.headers["content-type"])
    if (template) {
      const { text, overrides } = render(() => template.render(exchange, textOf(exchange)))
      return { body: Buffer.from(text), isMapped: true, overrides }
    }
    const passes =
      passthroughBehavior === "WHEN_NO_MATCH" || (passthroughBehavior === "WHEN_NO_TEMPLATES" && templates.isEmpty)
    if (!passes)
      throw refused("UNSUPPORTED_MEDIA_TYPE", {
        because: {
          check: "content type",
          expected: `one with a mapping template (passthrough behavior ${passthroughBehavior})`,
          found: exchange.request.headers["content-type"] ?? "none",
        },
      })
    return { body: exchange.body, isMapped: false }
  }
}

const textOf = ({ body }: Exchange): string => body.toString("utf8")

/** What a template fails at is told to nobody but `hallpass explain`. */
export function render<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    throw misconfigured("a mapping template that can be rendered", error.message)
  }
}

export const misconfigured = (expected: string, found: unknown) =>
  refused("API_CONFIGURATION_ERROR", { because: { check: "integration", expected, found } })
