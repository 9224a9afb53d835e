/*
 * GetModelTemplate: "a sample mapping template that can be used to transform a payload into the structure of a model". Its form is
 * that of the Developer Guide's generated ones; UNVERIFIED in its blanks and in arrays within arrays.
 */

const MOST_DEPTH = 16
const MOST_CHARACTERS = 64 * 1024

type Schema = Readonly<Record<string, unknown>>

export function sampleTemplate(schemaText: string | undefined): string {
  const schema = schemaText === undefined ? {} : (JSON.parse(schemaText) as Schema)
  const budget = { left: MOST_CHARACTERS }
  return `#set($inputRoot = $input.path('$'))\n${sample(schema, "$inputRoot", "", 0, budget)}`
}

function sample(schema: Schema, at: string, indent: string, depth: number, budget: { left: number }): string {
  if (depth > MOST_DEPTH || budget.left <= 0) return "{ }"
  const deeper = `${indent}  `
  switch (schema.type) {
    case "string":
      return '"foo"'
    case "integer":
      return "42"
    case "number":
      return "3.1415"
    case "boolean":
      return "true"
    case "array": {
      const item = sample(objectOf(schema.items), "$elem", deeper, depth + 1, budget)
      budget.left -= item.length
      return `[\n${indent}##TODO: Update this foreach loop to reference array from input json\n${indent}#foreach($elem in ${at})\n${deeper}${item}#if($foreach.hasNext),#end\n${indent}#end\n${indent}]`
    }
    default: {
      const members = Object.entries(objectOf(schema.properties)).map(([name, member]) => {
        const text = `${deeper}${JSON.stringify(name)} : ${sample(objectOf(member), `${at}.${name}`, deeper, depth + 1, budget)}`
        budget.left -= text.length
        return text
      })
      return members.length === 0 ? "{ }" : `{\n${members.join(",\n")}\n${indent}}`
    }
  }
}

const objectOf = (value: unknown): Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Schema) : {}
