export { type Applicable, allPolicies, mapPolicies, type PolicyType } from "./applicable.ts"
export { type CompiledPolicy, type CompileOptions, compile } from "./compile.ts"
export { decide } from "./decide.ts"
export type { Because, Decision, DeterminingStatement } from "./decision.ts"
export {
  type OneOrMany,
  type PolicyDocument,
  PolicySyntaxError,
  type PrincipalDocument,
  type StatementDocument,
} from "./document.ts"
export {
  type ExplainedPattern,
  type Explanation,
  explain,
  type Mismatch,
  type PolicyExplanation,
  type StatementExplanation,
} from "./explain.ts"
export { formatRefusal, type RefusalOptions } from "./refusal.ts"
export {
  type Context,
  type ContextValue,
  contextOf,
  type Principal,
  type PrincipalType,
  type Request,
} from "./request.ts"
export { type PolicyFault, type PolicyKind, type ValidateOptions, validate } from "./validate/index.ts"
export { sizeWithoutWhitespace } from "./validate/shape.ts"
