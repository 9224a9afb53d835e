import type { Scope } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { usagePlanNotFound } from "../errors.ts"
import { ownerOf } from "../owners.ts"
import { isId } from "../rest-apis/record.ts"
import type { UsagePlan } from "../settings.ts"
import { usagePlans } from "./record.ts"

export async function getUsagePlan(tx: Reading, scope: Scope, id: string): Promise<UsagePlan> {
  const found = isId(id) ? await usagePlans.read(tx, ownerOf(scope), id) : undefined
  if (!found) throw usagePlanNotFound()
  return found
}
