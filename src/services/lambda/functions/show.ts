import type { FunctionConfiguration } from "@aws-sdk/client-lambda"
import type { MasterKey } from "../../../base/master-key.ts"
import { functionArn } from "../arns.ts"
import { versionArn } from "../runtime/version.ts"
import { openVariables } from "./environment.ts"
import { type FunctionVersion, type Progress, type VersionBody, versionName } from "./record.ts"

/** A version as most answers tell it. `qualifier` is that of its ARN. */
export function showVersion(
  masterKey: MasterKey,
  { function: { account, region, name, id }, version, body }: FunctionVersion,
  qualifier?: string,
): FunctionConfiguration {
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
    ...showEnvironment(masterKey, id, body),
    ...(layers.length > 0 && { Layers: layers.map(({ arn, code }) => ({ Arn: arn, CodeSize: code.segment.size })) }),
    ...showProgress(progress),
    RuntimeVersionConfig: { RuntimeVersionArn: runtimeVersionArn(region, body) },
  }
}

/** The same as an item of a list, where states and the runtime's version are left out (recorded 2025-11). */
export function listVersion(masterKey: MasterKey, version: FunctionVersion, qualifier?: string): FunctionConfiguration {
  const {
    RuntimeVersionConfig: _runtime,
    State: _state,
    StateReason: _reason,
    StateReasonCode: _code,
    LastUpdateStatus: _status,
    LastUpdateStatusReason: _updateReason,
    LastUpdateStatusReasonCode: _updateCode,
    ...shown
  } = showVersion(masterKey, version, qualifier)
  return shown
}

/** `2025-11-25T02:26:54.000+0000` */
export const showTime = (milliseconds: number): string => new Date(milliseconds).toISOString().replace("Z", "+0000")

function showEnvironment(
  masterKey: MasterKey,
  functionId: string,
  { environment }: VersionBody,
): Pick<FunctionConfiguration, "Environment"> {
  return environment === undefined
    ? {}
    : { Environment: { Variables: openVariables(masterKey, functionId, environment) } }
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
