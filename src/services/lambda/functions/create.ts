import { CreateFunctionCommand } from "@aws-sdk/client-lambda"
import { requestTagContext } from "../../../authorization/request-tags.ts"
import type { Requirement } from "../../../authorization/requirement.ts"
import { parseArn } from "../../../base/arn.ts"
import { randomUUID } from "../../../base/random.ts"
import { type InputOf, operation, type Scope } from "../../../operation.ts"
import { configurationContext, passRole, tagged } from "../access.ts"
import { type FunctionName, functionArn } from "../arns.ts"
import { arriveCode, keepingCode } from "../code/source.ts"
import { changeCodeUses } from "../code/users.ts"
import { assertSigned, bindConfig } from "../code-signing/functions.ts"
import { assertDeadLetters } from "../destinations/permissions.ts"
import { foreignRole, functionExists, imagesNotTaken, otherAccount } from "../errors.ts"
import { resolveLayers, unzippedBytes } from "../layers/resolve.ts"
import { assertTags } from "../tags/limits.ts"
import { newConfiguration } from "./configure.ts"
import { assertVariables } from "./environment.ts"
import { assertRoleAssumable } from "./execution-role.ts"
import { findFunction, insertFunction, readFunction } from "./find.ts"
import { keepVariables } from "./keep-variables.ts"
import { parseFunctionName } from "./name.ts"
import { publish } from "./publish.ts"
import { type FunctionRecord, type FunctionVersion, LATEST, type VersionBody } from "./record.ts"
import { enqueueSettling } from "./settle.ts"
import { showVersion } from "./show.ts"
import { insertVersion } from "./versions.ts"

type Input = InputOf<typeof CreateFunctionCommand>

/** Functions are made in the caller's own account. */
function ownName({ FunctionName }: Input, scope: Scope): FunctionName {
  const { account, region, name } = parseFunctionName(FunctionName, scope)
  if (account !== scope.account) throw otherAccount()
  return { account, region, name }
}

export const CreateFunction = operation(CreateFunctionCommand, {
  access(input, scope): Requirement[] {
    const arn = functionArn(ownName(input, scope))
    if (parseArn(input.Role)?.account !== scope.account) throw foreignRole()
    const context = {
      ...configurationContext(input),
      ...requestTagContext(input.Tags),
      "lambda:CodeSigningConfigArn": input.CodeSigningConfigArn || undefined,
    }
    return [{ resource: arn, context }, passRole(input.Role, arn), ...tagged(arn, input.Tags)]
  },
  async handle(input, context) {
    const { store, clock, work, bytes } = context
    const name = ownName(input, context)
    const { Code, Tags = {}, Publish, Environment } = input
    if (Code.ImageUri !== undefined) throw imagesNotTaken()
    const configuration = newConfiguration(name.name, input)
    if (Environment?.Variables) assertVariables(Environment.Variables)
    assertTags(Tags, {})
    if (await findFunction(store, name)) throw functionExists(name.name)
    await assertRoleAssumable(context, name, input.Role)
    await assertDeadLetters(input.DeadLetterConfig?.TargetArn, name, input.Role, context)
    const id = randomUUID()
    const kept = await keepVariables(
      context,
      { id, ...name },
      configuration,
      Environment && (Environment.Variables ?? {}),
    )
    const layers = await resolveLayers(context, input.Layers ?? [])
    const arrived = await arriveCode(context, Code, unzippedBytes(await store.read(layers.read)))
    const body: VersionBody = {
      configuration,
      ...kept,
      code: arrived.code,
      layers: [],
      progress: { state: "Pending" },
      lastModified: clock.now(),
      revisionId: randomUUID(),
    }
    const record: FunctionRecord = { ...name, id, body: { nextVersion: 1, tags: { ...Tags } } }
    const latest: FunctionVersion = { function: record, version: LATEST, body }
    const shown = await keepingCode(context, arrived, () =>
      store.transact(async (tx) => {
        if (await readFunction(tx, name)) throw functionExists(name.name)
        if (input.CodeSigningConfigArn) await bindConfig(tx, record, input.CodeSigningConfigArn)
        await assertSigned(tx, record)
        await bytes.keep(tx, arrived.written)
        body.layers = await layers.read(tx)
        await insertFunction(tx, record)
        await insertVersion(tx, latest)
        await changeCodeUses(tx, bytes, { functionId: record.id, version: LATEST }, undefined, body)
        await enqueueSettling(work, tx, latest)
        return Publish ? publish(tx, context, latest) : latest
      }),
    )
    return showVersion(context, shown)
  },
})
