import type { Interpreter } from "./interpreters.ts"
import type { ExecutionCredentials, RunnableFunction } from "./runtime.ts"
import type { Paths } from "./sandbox/confinement.ts"

export interface VariablesInput {
  target: RunnableFunction
  /** As configured. */
  environment: Readonly<Record<string, string>>
  credentials: ExecutionCredentials
  interpreter: Interpreter
  paths: Paths
  /** `127.0.0.1:9001`, of the environment's own Runtime API. */
  runtimeApi: string
  endpointUrl: string
  logStream: string
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/**
 * What a function finds in its environment, and nothing else: Lambda's variables as recorded of nodejs24.x and python3.14
 * in 2026-01, and those that it was configured with, which may replace the ones that are free to set.
 * `AWS_ENDPOINT_URL` is this server's own: by it the SDKs reach this server and not Amazon's.
 */
export function variablesOf(input: VariablesInput): Record<string, string> {
  const { target, environment, credentials, interpreter, paths, runtimeApi } = input
  const configured = Object.entries(environment).filter(([name]) => NAME.test(name))
  return {
    AWS_XRAY_CONTEXT_MISSING: "LOG_ERROR",
    AWS_XRAY_DAEMON_ADDRESS: "169.254.100.1:2000",
    LANG: "en_US.UTF-8",
    LD_LIBRARY_PATH: libraryPath(paths),
    PATH: `/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:${paths.layers}/bin`,
    TZ: ":UTC",
    AWS_ENDPOINT_URL: input.endpointUrl,
    ...interpreter.variables(paths),
    ...(paths.temporary !== "/tmp" && { TMPDIR: paths.temporary }),
    ...Object.fromEntries(configured),
    _AWS_XRAY_DAEMON_ADDRESS: "169.254.100.1",
    _AWS_XRAY_DAEMON_PORT: "2000",
    _HANDLER: target.handler,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_DEFAULT_REGION: target.region,
    ...(!target.runtime.startsWith("provided") && { AWS_EXECUTION_ENV: `AWS_Lambda_${target.runtime}` }),
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(target.memoryMegabytes),
    AWS_LAMBDA_FUNCTION_NAME: target.name,
    AWS_LAMBDA_FUNCTION_VERSION: target.version,
    AWS_LAMBDA_INITIALIZATION_TYPE: target.initializationType,
    AWS_LAMBDA_LOG_FORMAT: target.logFormat,
    AWS_LAMBDA_LOG_GROUP_NAME: target.logGroup,
    ...(target.applicationLogLevel !== undefined && { AWS_LAMBDA_LOG_LEVEL: target.applicationLogLevel }),
    AWS_LAMBDA_LOG_STREAM_NAME: input.logStream,
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    AWS_REGION: target.region,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    LAMBDA_RUNTIME_DIR: paths.bootstraps,
    LAMBDA_TASK_ROOT: paths.task,
    SHLVL: "0",
  }
}

const libraryPath = ({ task, layers, bootstraps }: Paths): string =>
  [
    ...["/var/lang/lib", "/lib64", "/usr/lib64", bootstraps, `${bootstraps}/lib`, task, `${task}/lib`],
    `${layers}/lib`,
  ].join(":")
