import assert from "node:assert/strict"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test } from "node:test"
import {
  type CommandWithSchema,
  keyShape,
  membersOf,
  operationShape,
  type Shape,
  valueShape,
} from "../src/wire/schema.ts"
import { root } from "./sources.ts"
import { schemaModule } from "./wire-schemas.ts"

type Module = Record<string, CommandWithSchema>

const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))

for (const name of Object.keys(devDependencies).filter((one) => one.startsWith("@aws-sdk/client-")))
  test(`the schemas that the build takes of ${name} are the client's own`, async () => {
    const client: Module = await import(name)
    const bundled = await load(schemaModule(client))
    const commands = Object.keys(client).filter((one) => /^[A-Z]\w+Command$/.test(one))
    assert.ok(commands.length > 0)
    assert.deepEqual(Object.keys(bundled).sort(), commands.sort())
    for (const command of commands) {
      assert.equal(bundled[command]!.name, command)
      assert.deepEqual(describe(bundled[command]!), describe(client[command]!), command)
    }
  })

async function load(text: string): Promise<Module> {
  const folder = mkdtempSync(join(tmpdir(), "hallpass-schemas-"))
  try {
    const file = join(folder, "schemas.mjs")
    writeFileSync(file, text)
    return { ...(await import(file)) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function describe(Command: CommandWithSchema): object {
  const { input, output, ...rest } = operationShape(Command)
  return { ...rest, input: describeShape(input, []), output: describeShape(output, []) }
}

/** All that the codecs read of a shape. A shape that holds itself is named where it comes again. */
function describeShape({ identity, ...shape }: Shape, above: readonly unknown[]): object {
  if (above.includes(identity)) return { again: shape.name }
  const within = Array.isArray(identity) ? [...above, identity] : above
  const below = (other: Shape) => describeShape(other, within)
  const whole = { ...shape, identity }
  if (shape.kind === "structure" || shape.kind === "union")
    return { ...shape, members: membersOf(whole).map((member) => ({ ...below(member), required: member.required })) }
  if (shape.kind === "list") return { ...shape, value: below(valueShape(whole)) }
  if (shape.kind === "map") return { ...shape, key: below(keyShape(whole)), value: below(valueShape(whole)) }
  return shape
}
