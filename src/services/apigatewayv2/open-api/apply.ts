import type { Writing } from "../../../store/store.ts"
import type { Api } from "../apis/record.ts"
import { authorizers } from "../authorizers/record.ts"
import { assertAuthorizer } from "../authorizers/settings.ts"
import { tooMany } from "../errors.ts"
import { newPartId, newShortId } from "../ids.ts"
import { integrationResponses, integrations } from "../integrations/record.ts"
import { assertIntegration } from "../integrations/settings.ts"
import { routeResponses, routes } from "../routes/record.ts"
import { assertFits, assertRouteKey } from "../routes/route-key.ts"
import { assertRoute } from "../routes/settings.ts"
import type { Draft } from "./read.ts"

/** Developer Guide, "Quotas". */
const ROUTES_AT_MOST = 300
const AUTHORIZERS_AT_MOST = 10

/** Writes what a definition makes of an HTTP API that has no parts. */
export async function applyDraft(tx: Writing, { apiId }: Api, draft: Draft): Promise<void> {
  if (draft.routes.length > ROUTES_AT_MOST) throw tooMany("Routes")
  if (draft.authorizers.size > AUTHORIZERS_AT_MOST) throw tooMany("Authorizers")
  const ids = new Map<string, string>()
  for (const [name, authorizer] of draft.authorizers) {
    assertAuthorizer("HTTP", authorizer)
    const id = newShortId()
    ids.set(name, id)
    await authorizers.put(tx, apiId, id, authorizer)
  }
  const keys: string[] = []
  /** Routes with the same integration share one. */
  const known = new Map<string, string>()
  for (const { route, integration, authorizer } of draft.routes) {
    assertRouteKey("HTTP", route.RouteKey)
    assertFits(route.RouteKey, keys)
    keys.push(route.RouteKey)
    let Target: string | undefined
    if (integration) {
      const text = JSON.stringify(integration)
      let id = known.get(text)
      if (id === undefined) {
        assertIntegration("HTTP", integration)
        id = newPartId()
        known.set(text, id)
        await integrations.put(tx, apiId, id, integration)
      }
      Target = `integrations/${id}`
    }
    const made = {
      ...route,
      ...(Target !== undefined && { Target }),
      ...(authorizer !== undefined && { AuthorizerId: ids.get(authorizer)! }),
    }
    await assertRoute(tx, apiId, "HTTP", made)
    await routes.put(tx, apiId, newPartId(), made)
  }
}

/** All that an API is made of but its stages. */
export async function clearParts(tx: Writing, { apiId }: Api): Promise<void> {
  for (const kind of [routes, routeResponses, integrations, integrationResponses, authorizers] as const)
    for (const { id } of await kind.all(tx, apiId)) await kind.remove(tx, apiId, id)
}
