import type { Scope } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { apiNotFound } from "../errors.ts"
import { ownerOf } from "../owners.ts"
import { isId, type RestApi, restApis } from "./record.ts"

/** An API of the caller's account in the request's region. Throws 404 also for what is somebody else's. */
export async function getRestApi(tx: Reading, scope: Scope, restApiId: string): Promise<RestApi> {
  const found = isId(restApiId) ? await restApis.read(tx, ownerOf(scope), restApiId) : undefined
  if (!found) throw apiNotFound(scope.account, restApiId)
  return found
}
