/**
 * The wire schemas of an SDK client as a module of their own: what the server needs of it, without the client. Each
 * command is a class that carries its operation's schema, as the SDK's own does.
 *
 * The form of schemas is declared in @smithy/types `schema/static-schemas.d.ts`; src/wire/schema.ts reads it.
 */
export function schemaModule(client: Readonly<Record<string, unknown>>): string {
  const names = new Map<unknown[], string>()
  const definitions: string[] = []

  /** An expression for what a schema is made of; the schemas that it names are defined on the way. */
  function expression(reference: unknown): string {
    let schema = reference
    while (typeof schema === "function") schema = schema()
    if (!Array.isArray(schema)) return JSON.stringify(schema)
    // What a member says of the schema that it refers to.
    if (schema.length === 2) return `[${expression(schema[0])}, ${JSON.stringify(schema[1])}]`
    return `() => ${define(schema)}`
  }

  function define(schema: unknown[]): string {
    const known = names.get(schema)
    if (known !== undefined) return known
    const name = `s${names.size}`
    names.set(schema, name)
    const [kind, namespace, title, traits, ...rest] = schema
    const isStructure = kind === 3 || kind === -3 || kind === 4
    const parts = isStructure
      ? [JSON.stringify(rest[0]), `[${(rest[1] as unknown[]).map(expression)}]`, ...rest.slice(2).map((n) => String(n))]
      : rest.map(expression)
    const head = [kind, namespace, title, traits].map((part) => JSON.stringify(part))
    definitions.push(`const ${name} = [${[...head, ...parts].join(", ")}]`)
    return name
  }

  const commands = Object.entries(client).filter(([name]) => /^[A-Z]\w+Command$/.test(name))
  const classes = commands.map(([name, Command]) => {
    const { schema } = new (Command as new (input: object) => { schema: unknown[] })({})
    return `export class ${name} extends Command {\n  schema = ${define(schema)}\n}`
  })
  const base = "class Command {\n  constructor(input) {\n    this.input = input\n  }\n}"
  return `${[...definitions, base, ...classes].join("\n")}\n`
}
