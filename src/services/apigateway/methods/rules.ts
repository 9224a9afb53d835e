import { contentTypeUnknown, parameterNameUnknown } from "../errors.ts"
import type { Rule } from "../patch.ts"
import { entries, replaceBoolean, replaceText, textOf } from "../patch-rules.ts"
import type { Method, MethodResponse } from "../snapshot.ts"

/** API Reference, "Patch operations", UpdateMethod. */
export const METHOD_RULES: readonly Rule<Method>[] = [
  replaceBoolean("/apiKeyRequired", "apiKeyRequired"),
  { ...replaceText<Method>("/authorizationType", "authorizationType") },
  replaceText("/authorizerId", "authorizerId"),
  replaceText("/operationName", "operationName"),
  replaceText("/requestValidatorId", "requestValidatorId"),
  {
    path: "/authorizationScopes",
    ops: ["add", "remove", "replace"],
    apply(draft, { op, value = "" }) {
      const others = (draft.authorizationScopes ?? []).filter((scope) => scope !== value)
      const scopes = op === "remove" ? others : op === "add" ? [...others, value] : [value]
      draft.authorizationScopes = scopes.length > 0 ? scopes : undefined
    },
  },
  entries("/requestModels/{contentType}", "requestModels", { read: textOf, missing: contentTypeUnknown }),
  entries("/requestParameters/{name}", "requestParameters", {
    read: ({ value }) => value?.toLowerCase() === "true",
    missing: parameterNameUnknown,
  }),
]

/** The same, UpdateMethodResponse. */
export const METHOD_RESPONSE_RULES: readonly Rule<MethodResponse>[] = [
  entries("/responseModels/{contentType}", "responseModels", { read: textOf, missing: contentTypeUnknown }),
  entries("/responseParameters/{name}", "responseParameters", {
    read: ({ value }) => value?.toLowerCase() === "true",
    missing: parameterNameUnknown,
  }),
]
