import type { FunctionConfiguration } from "@aws-sdk/client-lambda"
import type { CallContext } from "../../../call.ts"
import { functionArn } from "../arns.ts"
import { versionArn } from "../runtime/version.ts"
import { decryptForCaller } from "./customer-key.ts"
import { openVariables } from "./environment.ts"
import { type FunctionRecord, type FunctionVersion, type Progress, type VersionBody, versionName } from "./record.ts"

/** A version as most answers tell it. `qualifier` is that of its ARN. */
export async function showVersion(
  context: CallContext,
  { function: record, version, body }: FunctionVersion,
  qualifier?: string,
): Promise<FunctionConfiguration> {
  const { account, region, name } = record
  const { configuration, code, layers, progress } = body
  return {
    FunctionName: name,
    FunctionArn: functionArn({ account, region, name }, qualifier),
    ...configuration,
    CodeSize: code.segment.size,
    CodeSha256: code.sha256,
    Version: versionName(version),
    LastModified: showTime(body.lastModified),
    RevisionId: body.revisionId,
    ...(await showEnvironment(context, record, body)),
    ...(layers.length > 0 && { Layers: layers.map(({ arn, code }) => ({ Arn: arn, CodeSize: code.segment.size })) }),
    ...showProgress(progress),
    RuntimeVersionConfig: { RuntimeVersionArn: runtimeVersionArn(region, body) },
  }
}

/** The same as an item of a list, where states and the runtime's version are left out (recorded 2025-11). */
export async function listVersion(
  context: CallContext,
  version: FunctionVersion,
  qualifier?: string,
): Promise<FunctionConfiguration> {
  const {
    RuntimeVersionConfig: _runtime,
    State: _state,
    StateReason: _reason,
    StateReasonCode: _code,
    LastUpdateStatus: _status,
    LastUpdateStatusReason: _updateReason,
    LastUpdateStatusReasonCode: _updateCode,
    ...shown
  } = await showVersion(context, version, qualifier)
  return shown
}

/** `2025-11-25T02:26:54.000+0000` */
export const showTime = (milliseconds: number): string => new Date(milliseconds).toISOString().replace("Z", "+0000")

/** What is under a customer's key is for who may decrypt it, and others are told why not. */
async function showEnvironment(
  context: CallContext,
  record: FunctionRecord,
  { environment, encrypted }: VersionBody,
): Promise<Pick<FunctionConfiguration, "Environment">> {
  if (encrypted !== undefined) return { Environment: await decryptForCaller(context, record, encrypted) }
  return environment === undefined
    ? {}
    : { Environment: { Variables: openVariables(context.masterKey, record.id, environment) } }
}

const CREATING = { reason: "The function is being created.", code: "Creating" } as const

function showProgress({ state, lastUpdate }: Progress): Partial<FunctionConfiguration> {
  if (state === "Pending") return { State: state, StateReason: CREATING.reason, StateReasonCode: CREATING.code }
  if (lastUpdate === "InProgress")
    return {
      State: state,
      LastUpdateStatus: lastUpdate,
      LastUpdateStatusReason: CREATING.reason,
      // Recorded so, though the model does not list it.
      LastUpdateStatusReasonCode: CREATING.code as "SubnetOutOfIPAddresses",
    }
  return { State: state, LastUpdateStatus: "Successful" }
}

export const runtimeVersionArn = (region: string, { configuration, runtimeManagement }: VersionBody): string =>
  runtimeManagement?.RuntimeVersionArn ?? versionArn({ region, runtime: configuration.Runtime! })
