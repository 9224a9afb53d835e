import type { Reading, Store } from "../../../store/store.ts"
import { collection } from "../collection.ts"
import { isId } from "../rest-apis/record.ts"
import type { Stage } from "../settings.ts"

const KIND = "apigateway.stage"
const keyOf = (restApiId: string, stageName: string): string => `${restApiId}/${stageName}`

/** Of an API, by their names. */
export const stages = collection<Stage>("stage", { cache: { kind: KIND, key: keyOf } })

export const isStageName = (name: string): boolean => /^[a-zA-Z0-9_-]{1,128}$/.test(name)

function load(tx: Reading, key: string): Promise<Stage | undefined> {
  const [restApiId = "", stageName = ""] = key.split("/")
  return stages.read(tx, restApiId, stageName)
}

/** A stage as it is now; undefined where there is none. At once where it is in memory. */
export const findStage = (
  store: Store,
  restApiId: string,
  stageName: string,
): Stage | undefined | Promise<Stage | undefined> =>
  isId(restApiId) && isStageName(stageName) ? store.cache(KIND, load).find(keyOf(restApiId, stageName)) : undefined
