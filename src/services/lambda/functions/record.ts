import type { FunctionConfiguration } from "@aws-sdk/client-lambda"
import type { Segment } from "../../../bytes/bytes.ts"
import type { FunctionName } from "../arns.ts"

/** The number of `$LATEST` among the versions of a function. */
export const LATEST = 0
export const LATEST_NAME = "$LATEST"

/** What is one for all versions of a function. */
export interface FunctionBody {
  /** The number that the next published version gets. */
  nextVersion: number
  tags: Record<string, string>
  /** Absent where none is reserved. */
  reservedConcurrency?: number
  /** Absent where it was never set. */
  recursiveLoop?: "Allow" | "Terminate"
}

export interface FunctionRecord extends FunctionName {
  /** A UUID: a function that was deleted and made anew is another one. */
  id: string
  body: FunctionBody
}

/** A zip file, of a function or of a layer, as it lies in the room of bytes. */
export interface StoredCode {
  segment: Segment
  /** SHA-256 of the zip, base64. */
  sha256: string
  /** What its entries hold together. */
  unzippedBytes: number
}

/** What was configured, defaults filled in, in wire spelling. */
export type StoredConfiguration = Pick<
  FunctionConfiguration,
  | "Runtime"
  | "Role"
  | "Handler"
  | "Description"
  | "Timeout"
  | "MemorySize"
  | "PackageType"
  | "Architectures"
  | "VpcConfig"
  | "DeadLetterConfig"
  | "TracingConfig"
  | "EphemeralStorage"
  | "SnapStart"
  | "LoggingConfig"
  | "FileSystemConfigs"
  | "KMSKeyArn"
  | "SigningProfileVersionArn"
  | "SigningJobArn"
>

/** Where a version stands between two configurations. */
export interface Progress {
  /** A version is `Pending` until it can be invoked. */
  state: "Pending" | "Active"
  /** Absent until the first state is left. */
  lastUpdate?: "InProgress" | "Successful"
}

/** One version of a function, `$LATEST` among them, as it is stored. What follows from name and number is told, not kept. */
export interface VersionBody {
  configuration: StoredConfiguration
  /** The environment's variables, JSON, sealed; absent where none was ever sent. */
  environment?: string
  /** The same under the customer's key that the configuration names, base64: in place of `environment`. */
  encrypted?: string
  /** Unique id of the role that was granted to decrypt them: one that is made anew under its name was not. */
  granteeId?: string
  /** `Auto` unless set. */
  runtimeManagement?: { UpdateRuntimeOn: "Auto" | "Manual" | "FunctionUpdate"; RuntimeVersionArn?: string }
  code: StoredCode
  layers: { arn: string; code: StoredCode }[]
  progress: Progress
  /** Milliseconds since the epoch. */
  lastModified: number
  /** A UUID, another after each change and each transition of the state. */
  revisionId: string
  /** Of published versions: the fingerprint of what they were made from. */
  fingerprint?: string
}

export interface FunctionVersion {
  function: FunctionRecord
  /** 0 is `$LATEST`. */
  version: number
  body: VersionBody
}

export const versionName = (version: number): string => (version === LATEST ? LATEST_NAME : String(version))
