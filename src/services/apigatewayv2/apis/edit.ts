import type { CallContext } from "../../../call.ts"
import type { Writing } from "../../../store/store.ts"
import { deployAutomatically } from "../deployments/deploy.ts"
import { type Api, getApi } from "./record.ts"

/** Changes something of an API, and deploys the change to the stages that are deployed automatically. */
export const editApi = <T>(
  context: CallContext,
  apiId: string,
  edit: (tx: Writing, api: Api) => Promise<T>,
): Promise<T> => {
  const { store, clock } = context
  const now = clock.now()
  return store.transact(async (tx) => {
    const result = await edit(tx, await getApi(tx, apiId, context))
    // As it is now: the edit may have changed the API itself.
    await deployAutomatically(tx, await getApi(tx, apiId, context), now)
    return result
  })
}
