import { UpdateFunctionConfigurationCommand } from "@aws-sdk/client-lambda"
import type { Requirement } from "../../../authorization/requirement.ts"
import { parseArn } from "../../../base/arn.ts"
import { operation } from "../../../operation.ts"
import { configurationContext, onFunction, passRole } from "../access.ts"
import { functionArn } from "../arns.ts"
import { UNZIPPED_BYTES } from "../code/limits.ts"
import { assertDeadLetters } from "../destinations/permissions.ts"
import { foreignRole, unzippedTooLarge, updateInProgress } from "../errors.ts"
import { resolveLayers, unzippedBytes } from "../layers/resolve.ts"
import { changeLatest, getChangeable } from "./change.ts"
import { changedConfiguration } from "./configure.ts"
import { assertVariables } from "./environment.ts"
import { assertRoleAssumable } from "./execution-role.ts"
import { changeVariables, giveFormerKeyBack, type Kept } from "./keep-variables.ts"
import type { FunctionVersion, VersionBody } from "./record.ts"
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
    const { store } = context
    const { Environment, Layers, Role } = input
    const present = await store.read((tx) => getChangeable(tx, context, input))
    const configuration = changedConfiguration(present.body.configuration, input)
    const changes: Partial<VersionBody> = {}
    const variables = Environment && (Environment.Variables ?? {})
    if (variables) assertVariables(variables)
    if (Role !== undefined) await assertRoleAssumable(context, present.function, Role)
    const role = Role ?? present.body.configuration.Role!
    await assertDeadLetters(input.DeadLetterConfig?.TargetArn, present.function, role, context)
    const kept = await changeVariables(context, present, configuration, variables)
    const resolved = Layers && (await resolveLayers(context, Layers))
    const changed = await store.transact(async (tx) => {
      const latest = await getChangeable(tx, context, input)
      if (configuration.KMSKeyArn || present.body.configuration.KMSKeyArn) assertSameKey(present, latest)
      changes.configuration = changedConfiguration(latest.body.configuration, input)
      if (resolved) changes.layers = await resolved.read(tx)
      assertFits({ ...latest.body, ...changes })
      return changeLatest(tx, context, latest, kept ? { ...NOT_KEPT, ...changes, ...kept } : changes)
    })
    await giveFormerKeyBack(context, present, configuration)
    return showVersion(context, changed)
  },
})

/** Before what is kept now. JSON leaves out what is undefined. */
const NOT_KEPT = { environment: undefined, encrypted: undefined, granteeId: undefined } as unknown as Kept

/** Another update between the look at the function and its change: the variables are not those that were encrypted. */
function assertSameKey(present: FunctionVersion, { function: record, body }: FunctionVersion): void {
  const { configuration, encrypted } = present.body
  const { KMSKeyArn, Role } = body.configuration
  if (KMSKeyArn !== configuration.KMSKeyArn || Role !== configuration.Role || encrypted !== body.encrypted)
    throw updateInProgress(functionArn(record))
}

function assertFits({ code, layers }: VersionBody): void {
  if (code.unzippedBytes + unzippedBytes(layers) > UNZIPPED_BYTES) throw unzippedTooLarge(UNZIPPED_BYTES)
}
