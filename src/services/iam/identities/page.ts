import type { CallContext } from "../../../call.ts"
import type { Reading } from "../../../store/store.ts"
import { listPage, type Page, type PageInput } from "../paging.ts"
import type { IdentityKind } from "./kind.ts"
import { type Identity, listIdentities, pageKeyOf } from "./record.ts"

/** One page of the account's identities of a kind, those below a path. */
export const listIdentityPage = (
  tx: Reading,
  context: Pick<CallContext, "masterKey" | "account">,
  kind: IdentityKind,
  { PathPrefix = "/", ...paging }: PageInput & { PathPrefix?: string },
): Promise<Page<Identity>> =>
  listPage(
    context,
    paging,
    `${kind}s ${PathPrefix}`,
    (after, limit) => listIdentities(tx, context.account, kind, { pathPrefix: PathPrefix, after, limit }),
    pageKeyOf,
  )
