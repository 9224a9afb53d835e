import * as client from "@aws-sdk/client-lambda"
import { operationsOf } from "../../operation.ts"
import type { Service } from "../../service.ts"
import * as aliases from "./aliases/operations.ts"
import { EVENT } from "./asynchronous/event.ts"
import * as eventSettings from "./asynchronous/operations.ts"
import { eventWork } from "./asynchronous/work.ts"
import { bodyLimits } from "./body-limits.ts"
import { codePage } from "./code/download.ts"
import * as signedFunctions from "./code-signing/functions.ts"
import * as codeSigning from "./code-signing/operations.ts"
import * as accountSettings from "./concurrency/account-settings.ts"
import { PROVISION, provisionWork } from "./concurrency/provision-work.ts"
import * as provisioned from "./concurrency/provisioned.ts"
import * as recursion from "./concurrency/recursion.ts"
import * as reserved from "./concurrency/reserved.ts"
import { constraints } from "./constraints.ts"
import { requestTooLargeText } from "./errors.ts"
import * as eventSources from "./event-sources/operations.ts"
import { startWaking, stopWaking } from "./event-sources/polling/waking.ts"
import { eventSourceWork } from "./event-sources/work.ts"
import * as create from "./functions/create.ts"
import * as deletion from "./functions/delete.ts"
import { DELETE_FUNCTION, deleteFunctionWork } from "./functions/delete-work.ts"
import * as get from "./functions/get.ts"
import * as list from "./functions/list.ts"
import * as publishVersion from "./functions/publish-version.ts"
import * as runtimeManagement from "./functions/runtime-management.ts"
import { SETTLE, settleWork } from "./functions/settle.ts"
import * as updateCode from "./functions/update-code.ts"
import * as updateConfiguration from "./functions/update-configuration.ts"
import { startEngine, stopEngine } from "./invocations/engine.ts"
import * as invoke from "./invocations/invoke.ts"
import * as invokeWithResponseStream from "./invocations/invoke-with-response-stream.ts"
import { receives } from "./invocations/receive.ts"
import * as layers from "./layers/operations.ts"
import * as layerPermissions from "./layers/permissions.ts"
import * as layerPublishing from "./layers/publish.ts"
import * as permissions from "./permissions/operations.ts"
import { resourceFacts } from "./resource-facts.ts"
import { migrations } from "./tables.ts"
import * as tags from "./tags/operations.ts"
import * as urls from "./urls/operations.ts"
import { rates } from "./urls/rates.ts"
import { sites } from "./urls/site.ts"

/** AWS Lambda: functions that are really run, and really guarded. */
export const service: Service = {
  name: "lambda",
  protocol: "restJson1",
  errors: "rest-json",
  validationCode: "ValidationException",
  cors: true,
  // As Lambda answers browsers (headers that users quote of it).
  exposedHeaders: ["x-amz-log-result", "x-amz-function-error"],
  client,
  operations: operationsOf([
    create,
    get,
    list,
    updateCode,
    updateConfiguration,
    publishVersion,
    deletion,
    runtimeManagement,
    aliases,
    tags,
    layerPublishing,
    layers,
    layerPermissions,
    permissions,
    invoke,
    invokeWithResponseStream,
    eventSettings,
    reserved,
    provisioned,
    accountSettings,
    recursion,
    codeSigning,
    signedFunctions,
    eventSources,
    urls,
  ]),
  constraints,
  bodyLimits,
  bodyTooLargeText: requestTooLargeText,
  migrations,
  resourceFacts,
  pages: codePage,
  receives,
  sites,
  rates,
  work: {
    [SETTLE]: settleWork,
    [DELETE_FUNCTION]: deleteFunctionWork,
    [PROVISION]: provisionWork,
    [EVENT]: eventWork,
    ...eventSourceWork,
  },
  async start(deps) {
    startEngine(deps)
    await startWaking(deps)
  },
  async stop(deps) {
    stopWaking(deps)
    await stopEngine(deps)
  },
}
