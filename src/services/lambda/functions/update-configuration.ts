import { UpdateFunctionConfigurationCommand } from "@aws-sdk/client-lambda"
import type { Requirement } from "../../../authorization/requirement.ts"
import { parseArn } from "../../../base/arn.ts"
import { operation } from "../../../operation.ts"
import { configurationContext, onFunction, passRole } from "../access.ts"
import { UNZIPPED_BYTES } from "../code/limits.ts"
import { assertDeadLetters } from "../destinations/permissions.ts"
import { foreignRole, unzippedTooLarge } from "../errors.ts"
import { resolveLayers, unzippedBytes } from "../layers/resolve.ts"
import { changeLatest, getChangeable } from "./change.ts"
import { changedConfiguration } from "./configure.ts"
import { assertVariables, sealVariables } from "./environment.ts"
import { assertRoleAssumable } from "./execution-role.ts"
import type { VersionBody } from "./record.ts"
import { showVersion } from "./show.ts"

export const UpdateFunctionConfiguration = operation(UpdateFunctionConfigurationCommand, {
  access(input, scope): Requirement[] {
    const own = onFunction(input, scope)
    const requirements = [{ ...own, context: configurationContext(input) }]
    if (input.Role === undefined) return requirements
    if (parseArn(input.Role)?.account !== scope.account) throw foreignRole()
    return [...requirements, passRole(input.Role, own.resource)]
  },
  async handle(input, context) {
    const { store, masterKey } = context
    const { Environment, Layers, Role } = input
    const present = await store.read((tx) => getChangeable(tx, context, input))
    changedConfiguration(present.body.configuration, input)
    const changes: Partial<VersionBody> = {}
    if (Environment) {
      assertVariables(Environment.Variables ?? {})
      changes.environment = sealVariables(masterKey, present.function.id, Environment.Variables ?? {})
    }
    if (Role !== undefined) await assertRoleAssumable(context, present.function, Role)
    const role = Role ?? present.body.configuration.Role!
    await assertDeadLetters(input.DeadLetterConfig?.TargetArn, present.function, role, context)
    const resolved = Layers && (await resolveLayers(context, Layers))
    const changed = await store.transact(async (tx) => {
      const latest = await getChangeable(tx, context, input)
      changes.configuration = changedConfiguration(latest.body.configuration, input)
      if (resolved) changes.layers = await resolved.read(tx)
      assertFits({ ...latest.body, ...changes })
      return changeLatest(tx, context, latest, changes)
    })
    return showVersion(masterKey, changed)
  },
})

function assertFits({ code, layers }: VersionBody): void {
  if (code.unzippedBytes + unzippedBytes(layers) > UNZIPPED_BYTES) throw unzippedTooLarge(UNZIPPED_BYTES)
}
