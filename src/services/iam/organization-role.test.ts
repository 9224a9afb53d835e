import assert from "node:assert/strict"
import { it } from "node:test"
import { systemClock } from "../../base/clock.ts"
import { openSqliteStore } from "../../store/sqlite/open.ts"
import { findRole } from "./find-role.ts"
import { findLoaded } from "./identities/loaded.ts"
import { createOrganizationAccountAccessRole } from "./organization-role.ts"
import { service } from "./service.ts"

it("the management account gets a role with all permissions in the account that it made", async () => {
  const store = await openSqliteStore({ path: ":memory:", migrations: [...service.migrations], clock: systemClock })
  await createOrganizationAccountAccessRole({ store, clock: systemClock }, "222222222222", "111111111111")
  const role = await findRole({ store }, "arn:aws:iam::222222222222:role/OrganizationAccountAccessRole")
  assert.deepEqual(role?.trust.document.Statement, [
    { Effect: "Allow", Principal: { AWS: "arn:aws:iam::111111111111:root" }, Action: "sts:AssumeRole" },
  ])
  const loaded = await findLoaded(store, "222222222222", "role", "OrganizationAccountAccessRole")
  assert.deepEqual(loaded?.attached, ["arn:aws:iam::aws:policy/AdministratorAccess"])
  assert.equal(await findRole({ store }, "arn:aws:iam::111111111111:role/OrganizationAccountAccessRole"), undefined)
})
