import type { Reading, Writing } from "../../store/store.ts"
import type { OrganizationRecord } from "./organization.ts"

/** An organizational unit. */
export interface Unit {
  /** `ou-<root>-<unit>` */
  id: string
  orgId: string
  /** The unit that it is in; empty where it is right below the root. */
  parentId: string
  name: string
}

interface UnitRow {
  unit_id: string
  org_id: string
  parent_id: string
  name: string
}

const parse = ({ unit_id, org_id, parent_id, name }: UnitRow): Unit => ({
  id: unit_id,
  orgId: org_id,
  parentId: parent_id,
  name,
})

/** A unit, if it is of this organization. */
export async function findUnit(tx: Reading, orgId: string, id: string): Promise<Unit | undefined> {
  const row = await tx.get<UnitRow>("SELECT * FROM org_units WHERE unit_id = $1", id)
  return row?.org_id === orgId ? parse(row) : undefined
}

/** The unit's id as accounts and units have it that are in it, empty for the root; undefined where there is no such parent. */
export async function findParentId(
  tx: Reading,
  { id, rootId }: OrganizationRecord,
  parent: string,
): Promise<string | undefined> {
  if (parent === rootId) return ""
  return (await findUnit(tx, id, parent))?.id
}

export const isNameTaken = async (tx: Reading, { orgId, parentId, name }: Omit<Unit, "id">): Promise<boolean> =>
  (await tx.get(
    "SELECT unit_id FROM org_units WHERE org_id = $1 AND parent_id = $2 AND name = $3",
    orgId,
    parentId,
    name,
  )) !== undefined

export async function countUnits(tx: Reading, orgId: string): Promise<number> {
  const row = await tx.get<{ n: number | bigint }>("SELECT count(*) AS n FROM org_units WHERE org_id = $1", orgId)
  return Number(row?.n ?? 0)
}

/** How far below the root it is: 1 for a unit right below it. */
export async function depthOf(tx: Reading, orgId: string, unitId: string): Promise<number> {
  let depth = 0
  for (let id = unitId; id !== ""; depth++) id = (await findUnit(tx, orgId, id))?.parentId ?? ""
  return depth
}

export async function listUnitsBelow(
  tx: Reading,
  { orgId, parentId, after, limit }: { orgId: string; parentId: string; after: string; limit: number },
): Promise<Unit[]> {
  const rows = await tx.all<UnitRow>(
    "SELECT * FROM org_units WHERE org_id = $1 AND parent_id = $2 AND unit_id > $3 ORDER BY unit_id LIMIT $4",
    orgId,
    parentId,
    after,
    limit,
  )
  return rows.map(parse)
}

export async function insertUnit(tx: Writing, { id, orgId, parentId, name }: Unit): Promise<void> {
  await tx.run(
    "INSERT INTO org_units (unit_id, org_id, parent_id, name) VALUES ($1, $2, $3, $4)",
    id,
    orgId,
    parentId,
    name,
  )
}

export async function renameUnit(tx: Writing, id: string, name: string): Promise<void> {
  await tx.run("UPDATE org_units SET name = $1 WHERE unit_id = $2", name, id)
}

export async function deleteUnit(tx: Writing, id: string): Promise<void> {
  await tx.run("DELETE FROM org_tags WHERE resource_id = $1", id)
  await tx.run("DELETE FROM org_units WHERE unit_id = $1", id)
}
