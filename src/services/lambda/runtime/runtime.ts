import type { StoredCode } from "../functions/record.ts"

/** A version of a function as it is run. Environments of equal `id` may stand for each other. */
export interface RunnableFunction {
  /** Of the version as it stands: another after each change of its code or configuration. */
  id: string
  account: string
  region: string
  name: string
  /** `$LATEST` or a number. */
  version: string
  /** `nodejs24.x`, `python3.13`, `provided.al2023` ... */
  runtime: string
  /** Empty for custom runtimes that need none. */
  handler: string
  code: StoredCode
  /** In the order in which they are laid over each other in `/opt`: later wins. */
  layers: readonly StoredCode[]
  /** As configured, without Lambda's own. */
  environment: Readonly<Record<string, string>>
  /** Those that are under a customer's key, asked for at the start of each environment. Throws why they cannot be read. */
  decryptedEnvironment?(): Promise<Readonly<Record<string, string>>>
  timeoutSeconds: number
  memoryMegabytes: number
  ephemeralStorageMegabytes: number
  logFormat: "Text" | "JSON"
  /** What the runtime itself leaves out of the log, of the format JSON: `INFO`. */
  applicationLogLevel?: string
  logGroup: string
  /** `on-demand` or `provisioned-concurrency`. */
  initializationType: "on-demand" | "provisioned-concurrency"
  /**
   * Credentials of the execution role, asked for at the start of each environment. Throws where the role is not there or
   * does not trust Lambda.
   */
  credentials(): Promise<ExecutionCredentials>
  /** Told of what the function and Lambda itself write, in order; must not throw. */
  onLog(stream: string, lines: readonly LogLine[]): void
}

export interface ExecutionCredentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken: string
}

/** One event of the function's log. */
export interface LogLine {
  /** Milliseconds since the epoch. */
  time: number
  text: string
}

export interface Invocation {
  /** A UUID: the same in the log, in the context and in the answer. */
  requestId: string
  /** As the caller addressed it. */
  invokedFunctionArn: string
  /** JSON. */
  payload: Uint8Array
  /** JSON, no longer in base64. */
  clientContext?: string
  /** Of callers whose credentials came from an identity pool. */
  cognitoIdentity?: { cognitoIdentityId: string; cognitoIdentityPoolId: string }
  traceId: string
  /** Told once, before the first piece, what the function said of its answer. */
  onBegin?(contentType: string | undefined): void
  /**
   * Told of each piece of the answer as it comes, and the payload of the ending is empty then; left out, the answer is
   * collected. The piece is good until the promise resolves, and the function waits for it. A function that does not
   * stream answers in one piece.
   */
  onPiece?(piece: Uint8Array): void | Promise<void>
  /** Aborted when nobody waits for the answer any more; the invocation goes on. */
  signal?: AbortSignal
}

/** How an invocation ended. */
export type Ending = { log: LogTail } & (
  | { is: "answered"; payload: Uint8Array; contentType: string | undefined }
  /** The payload is the error as the caller gets it, JSON. */
  | { is: "failed"; payload: Uint8Array; errorType: string }
  /** This machine cannot run it: no such runtime, no room for one more environment. */
  | {
      is: "notRun"
      reason: "noRuntime" | "noRoom" | "noRole" | "noVariables" | "badCode" | "noSandbox"
      message: string
      /** What was thrown by whom the runtime asked. */
      cause?: unknown
    }
)

/** Makes the last 4 KiB of what was logged during the invocation. */
export type LogTail = () => Uint8Array

/** Runs functions in child processes of this server. One for each server process. */
export interface Runtime {
  invoke(target: RunnableFunction, invocation: Invocation): Promise<Ending>
  /** Keeps so many environments of the function warm; 0 gives them up. Resolves with how many are. */
  provision(target: RunnableFunction, environments: number): Promise<number>
  /** Ends the environments of a function, or of one version, that is no more: at once, or with the invocation that is under way. */
  forget(gone: { account: string; region: string; name: string; version?: string }): void
  /** Ends every environment, and waits until its processes are gone. */
  close(): Promise<void>
}
