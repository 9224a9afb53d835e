import type { Scope } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { readAccount } from "../account/record.ts"
import { clientCertificates } from "../client-certificates/record.ts"
import { deployments } from "../deployments/record.ts"
import { documentationVersions } from "../documentation/record.ts"
import { badRequest, certificateNotFound, documentationVersionNotFound, noCaches } from "../errors.ts"
import { ownerOf } from "../owners.ts"
import { isId } from "../rest-apis/record.ts"
import type { Stage } from "../settings.ts"
import type { Texts } from "../snapshot.ts"

/** Developer Guide, "Quotas": stage variables of a stage, and how long their names and values are. */
const MOST_VARIABLES = 100
const NAME = /^\w{1,64}$/
const VALUE = /^[A-Za-z0-9\-._~:/?#&=,]{0,512}$/

/** What CreateStage makes must hold, and what UpdateStage leaves, beside what was there before. */
export async function assertStage(tx: Reading, scope: Scope, stage: Stage, before?: Stage): Promise<void> {
  const { restApiId, deploymentId, canarySettings, clientCertificateId, documentationVersion } = stage
  await assertDeployment(tx, restApiId, deploymentId)
  assertVariables(stage.variables)
  if (canarySettings) {
    await assertDeployment(tx, restApiId, canarySettings.deploymentId)
    assertVariables(canarySettings.stageVariableOverrides)
    // UNVERIFIED text.
    if (canarySettings.percentTraffic < 0 || canarySettings.percentTraffic > 100)
      throw badRequest("Invalid canary percentTraffic specified: it must be between 0.0 and 100.0")
  }
  if (stage.cacheClusterEnabled) throw noCaches("cacheClusterEnabled")
  if (clientCertificateId && clientCertificateId !== before?.clientCertificateId) {
    const found = isId(clientCertificateId) && (await clientCertificates.read(tx, ownerOf(scope), clientCertificateId))
    if (!found) throw certificateNotFound()
  }
  if (documentationVersion && documentationVersion !== before?.documentationVersion)
    if (!(await documentationVersions.read(tx, restApiId, documentationVersion))) throw documentationVersionNotFound()
  // Quoted by very many who met it.
  if (logs(stage) && !(before && logs(before)) && !(await readAccount(tx, scope)).cloudwatchRoleArn)
    throw badRequest("CloudWatch Logs role ARN must be set in account settings to enable logging")
}

const logs = ({ accessLogSettings, methodSettings }: Stage): boolean =>
  accessLogSettings !== undefined ||
  Object.values(methodSettings).some(
    ({ loggingLevel = "OFF", dataTraceEnabled }) => loggingLevel !== "OFF" || dataTraceEnabled,
  )

export async function assertDeployment(tx: Reading, restApiId: string, deploymentId: string): Promise<void> {
  if (!isId(deploymentId) || !(await deployments.read(tx, restApiId, deploymentId)))
    throw badRequest("Deployment id does not exist")
}

/** UNVERIFIED texts. */
function assertVariables(variables: Texts = {}): void {
  for (const [name, value] of Object.entries(variables)) {
    if (!NAME.test(name))
      throw badRequest(`Invalid stage variable name: ${name}. Please use alphanumeric characters and underscores`)
    if (!VALUE.test(value))
      throw badRequest(
        `Invalid stage variable value of ${name}. Please use values with the pattern [A-Za-z0-9-._~:/?#&=,]+`,
      )
  }
  if (Object.keys(variables).length > MOST_VARIABLES)
    throw badRequest(`A stage can have at most ${MOST_VARIABLES} stage variables`)
}
