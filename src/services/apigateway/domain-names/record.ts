import type { Store } from "../../../store/store.ts"
import { findDomain as findServed } from "../../apigatewayv2/service.ts"
import type { Domain } from "../settings.ts"

/*
 * Custom domain names are of both models of API Gateway: each shows in its own way what is in one table, which is the newer model's.
 */

/** The domain that a host is; undefined where nobody has it. The name is in lower case. */
export async function findDomain(store: Store, domainName: string): Promise<Domain | undefined> {
  const found = /^[a-z0-9.*-]{1,255}$/.test(domainName) ? await findServed(store, domainName) : undefined
  if (!found) return undefined
  const { account, region, mappings } = found
  return {
    domainName,
    account,
    region,
    mappings: mappings.map(({ ApiMappingKey, ApiId, Stage }) => ({
      basePath: ApiMappingKey,
      apiId: ApiId,
      ...(Stage !== "" && { stage: Stage }),
    })),
  }
}
