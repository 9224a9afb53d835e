import { GetContextKeysForCustomPolicyCommand, GetContextKeysForPrincipalPolicyCommand } from "@aws-sdk/client-iam"
import { operation } from "../../../operation.ts"
import type { CompiledPolicy } from "../../../policy/index.ts"
import { onAccount } from "../access.ts"
import { assembledPolicies } from "../caller-policies.ts"
import { compileInputs } from "./simulation.ts"
import { getSource } from "./source.ts"

const compiledInputs = (texts: readonly string[] | undefined): CompiledPolicy[] =>
  compileInputs(texts, "PolicyInputList").map(({ policy }) => policy)

export const GetContextKeysForCustomPolicy = operation(GetContextKeysForCustomPolicyCommand, {
  access: onAccount,
  async handle({ PolicyInputList }) {
    return { ContextKeyNames: contextKeysOf(compiledInputs(PolicyInputList)) }
  },
})

/** Of the policies of a user, also those of the user's groups (API Reference). */
export const GetContextKeysForPrincipalPolicy = operation(GetContextKeysForPrincipalPolicyCommand, {
  access: ({ PolicySourceArn }) => ({ resource: PolicySourceArn }),
  async handle({ PolicySourceArn, PolicyInputList }, context) {
    const { identity } = await assembledPolicies(context, await getSource(context, PolicySourceArn))
    return { ContextKeyNames: contextKeysOf([...identity, ...compiledInputs(PolicyInputList)]) }
  },
})

const VARIABLE = /\$\{([^,}*?$]+)(?:,[^}]*)?\}/g

/** The keys that conditions and variables ask for, each once, in the order and the case in which they come. */
export function contextKeysOf(policies: readonly CompiledPolicy[]): string[] {
  const keys = new Map<string, string>()
  const note = (key: string) => {
    const name = key.trim()
    if (!keys.has(name.toLowerCase())) keys.set(name.toLowerCase(), name)
  }
  const noteVariables = (values: unknown) => {
    for (const value of [values].flat())
      if (typeof value === "string") for (const [, key] of value.matchAll(VARIABLE)) note(key!)
  }
  for (const { document } of policies)
    for (const statement of [document.Statement].flat()) {
      const tests = Object.values(statement.Condition ?? {})
      for (const key of tests.flatMap(Object.keys)) note(key)
      // Documents of 2008 have no variables.
      if (document.Version !== "2012-10-17") continue
      noteVariables(tests.flatMap((test) => Object.values(test).flat()))
      noteVariables(statement.Resource)
      noteVariables(statement.NotResource)
    }
  return [...keys.values()]
}
