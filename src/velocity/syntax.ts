/** What a template is made of (Velocity User Guide and VTL Reference, 1.7). */
export type Node =
  | { is: "text"; text: string }
  | { is: "reference"; reference: Reference; backslashes: number }
  | { is: "set"; target: Reference; value: Expression }
  /** The branches in their order; that without a condition is `#else`. */
  | { is: "if"; branches: readonly { condition?: Expression; body: readonly Node[] }[] }
  | { is: "foreach"; variable: string; list: Expression; body: readonly Node[] }
  | { is: "macro"; name: string; parameters: readonly string[]; body: readonly Node[] }
  | { is: "define"; name: string; body: readonly Node[] }
  | { is: "call"; name: string; arguments: readonly Expression[]; source: string }
  | { is: "break" }
  | { is: "stop" }

/** `$!{name.property.method(x)[0]}` */
export interface Reference {
  name: string
  path: readonly Step[]
  /** `$!`: what is not there prints nothing. */
  isQuiet: boolean
  /** As it was written: what is not there prints so. */
  source: string
}

export type Step =
  | { is: "property"; name: string }
  | { is: "method"; name: string; arguments: readonly Expression[] }
  | { is: "index"; index: Expression }

export type Operator = "||" | "&&" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*" | "/" | "%"

export type Expression =
  | { is: "constant"; value: string | number | boolean | undefined }
  /** Text in double quotes, which is a template itself. */
  | { is: "interpolated"; template: readonly Node[] }
  | { is: "value"; reference: Reference }
  | { is: "list"; items: readonly Expression[] }
  | { is: "range"; from: Expression; to: Expression }
  | { is: "map"; entries: readonly { key: Expression; value: Expression }[] }
  | { is: "not"; operand: Expression }
  | { is: "negative"; operand: Expression }
  | { is: "operation"; operator: Operator; left: Expression; right: Expression }

/** The text is no template. `at` is the character, from 0. */
export class TemplateSyntaxError extends Error {
  override name = "TemplateSyntaxError"
  readonly at: number

  constructor(problem: string, at: number) {
    super(`${problem} at character ${at}`)
    this.at = at
  }
}
