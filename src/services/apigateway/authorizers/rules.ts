import { badRequest } from "../errors.ts"
import type { Rule } from "../patch.ts"
import { integerOf, replaceNeeded, replaceText } from "../patch-rules.ts"
import type { Authorizer } from "../snapshot.ts"

const TYPES = ["TOKEN", "REQUEST", "COGNITO_USER_POOLS"]

/** API Reference, "Patch operations", UpdateAuthorizer; `/type` is what Terraform's provider sends as well. */
export const AUTHORIZER_RULES: readonly Rule<Authorizer>[] = [
  replaceNeeded("/name", "name", () => badRequest("Authorizer name cannot be empty")),
  replaceText("/authorizerUri", "authorizerUri"),
  replaceText("/authorizerCredentials", "authorizerCredentials"),
  replaceText("/identitySource", "identitySource"),
  replaceText("/identityValidationExpression", "identityValidationExpression"),
  replaceText("/authType", "authType"),
  {
    path: "/type",
    ops: ["replace"],
    apply(draft, { value = "" }) {
      // UNVERIFIED text.
      if (!TYPES.includes(value))
        throw badRequest(`Invalid authorizer type specified. Valid options are ${TYPES.join(",")}`)
      draft.type = value as Authorizer["type"]
    },
  },
  {
    path: "/authorizerResultTtlInSeconds",
    ops: ["replace"],
    apply(draft, patched) {
      draft.authorizerResultTtlInSeconds = integerOf(patched)
    },
  },
  {
    path: "/providerARNs",
    ops: ["add", "remove", "replace"],
    apply(draft, { op, value = "" }) {
      const others = (draft.providerARNs ?? []).filter((arn) => arn !== value)
      draft.providerARNs = op === "remove" ? others : op === "add" ? [...others, value] : [value]
    },
  },
]
