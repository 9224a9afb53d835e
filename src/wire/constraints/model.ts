/** What AWS's model asks of one member: the reduced form that `tools/constraints.ts` writes. */
export interface Constraint {
  /** Of elements of a list or a map, which are never null here: that it is told among what is asked of each. */
  required?: boolean
  /** Of a number its value, of text its characters, of a list or a map its entries. */
  min?: number
  max?: number
  pattern?: string
  /** In the order of the model. */
  enum?: readonly string[]
  /** The set is told in the order that it has here, and not in that of most of AWS's. */
  isOrdered?: true
  /** A floating-point number, which is told as one: `1.0`. */
  isDouble?: true
  /** The value is left out of the text. */
  sensitive?: boolean
  /** The name of the structure that the member is. */
  structure?: string
  /** Of a list. */
  member?: Constraint
  /** Of a map. */
  key?: Constraint
  value?: Constraint
}

export interface Constraints {
  readonly service: string
  readonly apiVersion: string
  /** Every operation that AWS has, and its input's structure; null where it takes nothing. */
  readonly inputs: Readonly<Record<string, string | null>>
  /** Structure, member, constraint; members in the order in which AWS tells of them. */
  readonly structures: Readonly<Record<string, unknown>>
}

export const knownOperations = ({ inputs }: Pick<Constraints, "inputs">): ReadonlySet<string> =>
  new Set(Object.keys(inputs))
