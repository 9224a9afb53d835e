import { contentTypeUnknown, parameterNameUnknown } from "../errors.ts"
import type { Rule } from "../patch.ts"
import { booleanOf, entries, integerOf, replaceText, textOf } from "../patch-rules.ts"
import type { Integration, IntegrationResponse } from "../snapshot.ts"

/** API Reference, "Patch operations", UpdateIntegration. */
export const INTEGRATION_RULES: readonly Rule<Integration>[] = [
  replaceText("/httpMethod", "httpMethod"),
  replaceText("/uri", "uri"),
  replaceText("/credentials", "credentials"),
  replaceText("/passthroughBehavior", "passthroughBehavior"),
  replaceText("/contentHandling", "contentHandling"),
  replaceText("/cacheNamespace", "cacheNamespace"),
  replaceText("/connectionType", "connectionType"),
  replaceText("/connectionId", "connectionId"),
  replaceText("/responseTransferMode", "responseTransferMode"),
  {
    path: "/timeoutInMillis",
    ops: ["replace"],
    apply(draft, patched) {
      draft.timeoutInMillis = integerOf(patched)
    },
  },
  {
    path: "/tlsConfig/insecureSkipVerification",
    ops: ["replace"],
    apply(draft, patched) {
      draft.tlsConfig = { insecureSkipVerification: booleanOf(patched) }
    },
  },
  {
    path: "/cacheKeyParameters/{name}",
    ops: ["add", "remove"],
    apply(draft, { op, names: [name = ""] }) {
      const others = draft.cacheKeyParameters.filter((one) => one !== name)
      draft.cacheKeyParameters = op === "add" ? [...others, name] : others
    },
  },
  {
    path: "/cacheKeyParameters",
    ops: ["add", "remove"],
    apply(draft, { op, value = "" }) {
      const others = draft.cacheKeyParameters.filter((one) => one !== value)
      draft.cacheKeyParameters = op === "add" ? [...others, value] : others
    },
  },
  entries("/requestParameters/{name}", "requestParameters", { read: textOf, missing: parameterNameUnknown }),
  entries("/requestTemplates/{contentType}", "requestTemplates", { read: textOf, missing: contentTypeUnknown }),
]

/** The same, UpdateIntegrationResponse. */
export const INTEGRATION_RESPONSE_RULES: readonly Rule<IntegrationResponse>[] = [
  replaceText("/selectionPattern", "selectionPattern"),
  replaceText("/contentHandling", "contentHandling"),
  entries("/responseParameters/{name}", "responseParameters", { read: textOf, missing: parameterNameUnknown }),
  entries("/responseTemplates/{contentType}", "responseTemplates", { read: textOf, missing: contentTypeUnknown }),
]
