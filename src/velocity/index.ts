/** Velocity's template language, by Velocity 1.7, as API Gateway's mapping templates are written in it. Knows no service. */
export { RENDER_LIMITS, RenderError, type RenderLimits } from "./budget.ts"
export { parseTemplate } from "./parse-template.ts"
export { render } from "./render.ts"
export { type Node, TemplateSyntaxError } from "./syntax.ts"
export { findMember, isMap, type MapValue, Native, putMember, type Value } from "./value.ts"
