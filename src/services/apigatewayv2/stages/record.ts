import type { Reading, Store } from "../../../store/store.ts"
import { parts } from "../parts.ts"
import type { StageSettings } from "../snapshot.ts"

/** A stage, by its name. Times are milliseconds since the epoch. */
export interface StageBody extends StageSettings {
  AutoDeploy: boolean
  Description?: string
  ClientCertificateId?: string
  ApiGatewayManaged?: boolean
  LastDeploymentStatusMessage?: string
  Tags: Readonly<Record<string, string>>
  createdAt: number
  updatedAt: number
}

const CACHE = "apigatewayv2.stage"

export const stages = parts<StageBody>("stage", CACHE)

async function load(tx: Reading, key: string): Promise<StageBody | undefined> {
  const at = key.indexOf("/")
  return stages.read(tx, key.slice(0, at), key.slice(at + 1))
}

/** At once where it is in memory. */
export const findStage = (
  store: Store,
  apiId: string,
  name: string,
): StageBody | undefined | Promise<StageBody | undefined> => store.cache(CACHE, load).find(`${apiId}/${name}`)

/** As it is now, whatever is cached. */
export const readStage = (tx: Reading, apiId: string, name: string): Promise<StageBody | undefined> =>
  stages.read(tx, apiId, name)
