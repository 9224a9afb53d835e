import type { FunctionConfiguration } from "@aws-sdk/client-lambda"
import type { Segment } from "../../../bytes/bytes.ts"
import type { FunctionName } from "../arns.ts"

/** The number of `$LATEST` among the versions of a function. */
export const LATEST = 0

/** What is one for all versions of a function. */
export interface FunctionBody {
  /** The number that the next published version gets. */
  nextVersion: number
  tags: Record<string, string>
  /** Absent where none is reserved. */
  reservedConcurrency?: number
}

/** A zip file, of a function or of a layer, as it lies in the room of bytes. */
export interface StoredCode {
  segment: Segment
  /** SHA-256 of the zip, base64. */
  sha256: string
}

/** One version of a function, `$LATEST` among them, as it is stored: what AWS tells of it, and where its code lies. */
export interface VersionBody {
  /** What was configured, defaults filled in; what follows from the name and the version is added when it is told. */
  configuration: Omit<
    FunctionConfiguration,
    "FunctionName" | "FunctionArn" | "Version" | "MasterArn" | "CodeSha256" | "CodeSize" | "Layers" | "RevisionId"
  >
  code: StoredCode
  layers: { arn: string; code: StoredCode }[]
  /** A UUID, another after each change and each transition of the state. */
  revisionId: string
}

export interface FunctionVersion extends FunctionName {
  /** 0 is `$LATEST`. */
  version: number
  body: VersionBody
}
