import type { PatchOperation } from "@aws-sdk/client-api-gateway"
import { badRequest } from "../errors.ts"
import { type Patched, unescaped } from "../patch.ts"
import { booleanOf, numberOf } from "../patch-rules.ts"
import type { CanarySettings, Stage } from "../settings.ts"
import type { Texts } from "../snapshot.ts"
import { removeMethodSettings, setMethodSetting } from "./method-settings.ts"

/*
 * UpdateStage has words of its own for what it does not take, and takes what it does not know for the settings of a method
 * (recorded 2025).
 */

/** As it was recorded, commas left out and all. */
const PATHS =
  "[/deploymentId, /description, /cacheClusterEnabled, /cacheClusterSize, /clientCertificateId, /accessLogSettings, /accessLogSettings/destinationArn, /accessLogSettings/format, /{resourcePath}/{httpMethod}/metrics/enabled, /{resourcePath}/{httpMethod}/logging/dataTrace, /{resourcePath}/{httpMethod}/logging/loglevel, /{resourcePath}/{httpMethod}/throttling/burstLimit/{resourcePath}/{httpMethod}/throttling/rateLimit/{resourcePath}/{httpMethod}/caching/ttlInSeconds, /{resourcePath}/{httpMethod}/caching/enabled, /{resourcePath}/{httpMethod}/caching/dataEncrypted, /{resourcePath}/{httpMethod}/caching/requireAuthorizationForCacheControl, /{resourcePath}/{httpMethod}/caching/unauthorizedCacheControlHeaderStrategy, /*/*/metrics/enabled, /*/*/logging/dataTrace, /*/*/logging/loglevel, /*/*/throttling/burstLimit /*/*/throttling/rateLimit /*/*/caching/ttlInSeconds, /*/*/caching/enabled, /*/*/caching/dataEncrypted, /*/*/caching/requireAuthorizationForCacheControl, /*/*/caching/unauthorizedCacheControlHeaderStrategy, /variables/{variable_name}, /tracingEnabled]"

const SIZES = ["0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237"]

type Apply = (draft: Stage, patched: Patched) => void

const text =
  (member: "deploymentId" | "description" | "clientCertificateId" | "documentationVersion"): Apply =>
  (draft, { value }) => {
    if (member === "deploymentId") draft.deploymentId = value ?? ""
    else draft[member] = value || undefined
  }

const REPLACES: Readonly<Record<string, Apply>> = {
  "/deploymentId": text("deploymentId"),
  "/description": text("description"),
  "/clientCertificateId": text("clientCertificateId"),
  "/documentationVersion": text("documentationVersion"),
  "/cacheClusterEnabled": (draft, patched) => {
    draft.cacheClusterEnabled = booleanOf(patched)
  },
  "/cacheClusterSize": (draft, { value }) => {
    // UNVERIFIED text.
    if (value && !SIZES.includes(value))
      throw badRequest(`Invalid cache cluster size specified. Valid options are ${SIZES.join(",")}`)
    draft.cacheClusterSize = value || undefined
  },
  "/tracingEnabled": (draft, patched) => {
    draft.tracingEnabled = booleanOf(patched)
  },
  "/accessLogSettings/destinationArn": (draft, patched) => setAccessLog(draft, "destinationArn", patched),
  "/accessLogSettings/format": (draft, patched) => setAccessLog(draft, "format", patched),
  "/canarySettings/percentTraffic": (draft, patched) => setCanary(draft, { percentTraffic: numberOf(patched) }),
  "/canarySettings/deploymentId": (draft, { value = "" }) => setCanary(draft, { deploymentId: value }),
  "/canarySettings/useStageCache": (draft, patched) => setCanary(draft, { useStageCache: booleanOf(patched) }),
}

function setAccessLog(draft: Stage, member: "destinationArn" | "format", { value }: Patched): void {
  if (!value) throw badRequest("Access Log value must not be empty")
  // UNVERIFIED text: groups of CloudWatch Logs and streams of Firehose (Developer Guide, "Set up CloudWatch logging").
  if (member === "destinationArn" && !/^arn:aws[a-z-]*:(?:logs|firehose):[a-z0-9-]+:\d{12}:.+/.test(value))
    throw badRequest("Invalid ARN specified in the request")
  const shown = member === "destinationArn" ? value.replace(/:\*$/, "") : value
  draft.accessLogSettings = { ...draft.accessLogSettings, [member]: shown }
}

const setCanary = (draft: Stage, change: Partial<CanarySettings>): void => {
  draft.canarySettings = {
    percentTraffic: 0,
    deploymentId: draft.deploymentId,
    useStageCache: false,
    ...draft.canarySettings,
    ...change,
  }
}

/** Sets or takes away one entry. */
function changed(texts: Texts | undefined, name: string, value: string | undefined): Texts | undefined {
  const map = new Map(Object.entries(texts ?? {}))
  if (value === undefined) map.delete(name)
  else map.set(name, value)
  return map.size > 0 ? Object.fromEntries(map) : undefined
}

/** `/variables/{name}` and what a canary has in place of them; undefined of other paths. */
function variableOf(path: string): { name: string; ofCanary: boolean } | undefined {
  const [, canary, name] = /^\/(canarySettings\/stageVariableOverrides|variables)\/([^/]+)$/.exec(path) ?? []
  return name === undefined ? undefined : { name: unescaped(name), ofCanary: canary !== "variables" }
}

function setVariable(draft: Stage, { name, ofCanary }: { name: string; ofCanary: boolean }, value: string | undefined) {
  if (ofCanary)
    setCanary(draft, { stageVariableOverrides: changed(draft.canarySettings?.stageVariableOverrides, name, value) })
  else draft.variables = changed(draft.variables, name, value)
}

function replace(draft: Stage, patched: Patched): void {
  const { path, value = "" } = patched
  const variable = variableOf(path)
  if (variable) setVariable(draft, variable, value)
  else if (Object.hasOwn(REPLACES, path)) REPLACES[path]!(draft, patched)
  else if (/^\/accessLogSettings(?:\/[^/]*)?$/.test(path))
    throw badRequest(
      "Invalid accessLogSettings path. Must be one of : [/accessLogSettings/destinationArn, /accessLogSettings/format]",
    )
  else if (!setMethodSetting(draft, patched))
    throw badRequest(`Invalid method setting path: ${path}. Must be one of: ${PATHS}`)
}

function remove(draft: Stage, patched: Patched): void {
  const variable = variableOf(patched.path)
  if (variable) setVariable(draft, variable, undefined)
  else if (patched.path === "/canarySettings") draft.canarySettings = undefined
  else if (patched.path === "/accessLogSettings") draft.accessLogSettings = undefined
  else removeMethodSettings(draft, patched)
}

/** Promotes a canary: its deployment, or its variables over the stage's own. */
function copy(draft: Stage, { path, from }: Patched): void {
  const isPromotion =
    (path === "/deploymentId" && from === "/canarySettings/deploymentId") ||
    (path === "/variables" && from === "/canarySettings/stageVariableOverrides")
  if (!isPromotion)
    throw badRequest(
      `Invalid copy operation with path: ${path} and from ${from ?? "null"}. Valid copy:path are [/deploymentId, /variables] and valid copy:from are [/canarySettings/deploymentId, /canarySettings/stageVariableOverrides]`,
    )
  const { canarySettings } = draft
  if (!canarySettings) throw badRequest("Promotion not available. Canary does not exist.")
  if (path === "/deploymentId") draft.deploymentId = canarySettings.deploymentId
  else draft.variables = { ...draft.variables, ...canarySettings.stageVariableOverrides }
}

function add(draft: Stage, { path, value = "" }: Patched): void {
  const variable = variableOf(path)
  if (!variable) throw badRequest(`Invalid add operation with path: ${path}`)
  setVariable(draft, variable, value)
}

const OPERATIONS: Readonly<Record<string, Apply>> = { add, remove, replace, copy }

export function patchStage(stage: Stage, operations: readonly PatchOperation[] | undefined): Stage {
  const draft = structuredClone(stage)
  for (const { op, path = "null", value, from } of operations ?? []) {
    const apply = op !== undefined && Object.hasOwn(OPERATIONS, op) ? OPERATIONS[op] : undefined
    // UNVERIFIED text.
    if (!apply) throw badRequest("Invalid patch operation specified. Must be one of: [add, remove, replace, copy]")
    apply(draft, { op: op!, path, value, from, names: [] })
  }
  return draft
}
