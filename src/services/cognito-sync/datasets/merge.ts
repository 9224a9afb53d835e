import { createHash } from "node:crypto"
import type { IdentityMerge } from "../../../peers.ts"
import type { Writing } from "../../../store/store.ts"
import { addUse, getUse } from "../identities.ts"
import { type Dataset, findDataset, listDatasets, newHome, putDataset } from "./record.ts"

/** API reference, "Dataset". */
const NAME_LENGTH = 128
const DIGEST_LENGTH = 8

/**
 * What a dataset is called at the identity that its own was merged into: `settings.us-east-1:<id>` (reported 2016, aws-sdk-net
 * issue 360). `others` tells it from another that is called so already. UNVERIFIED: of one that has no name left that a
 * request could name.
 */
export function mergedName(name: string, from: string, others = ""): string {
  const plain = `${name}.${from}`
  if (plain.length <= NAME_LENGTH && others === "") return plain
  const digest = createHash("sha256").update(`${name}\n${others}`).digest("hex").slice(0, DIGEST_LENGTH)
  return `${name.slice(0, NAME_LENGTH - from.length - DIGEST_LENGTH - 2)}.${digest}.${from}`
}

const AT_ONCE = 50

/**
 * Hands the datasets of an identity to the one that it was merged into, beside that one's own: which records of both count is
 * for the application, which is told of them by ListRecords (`MergedDatasetNames`). Their records stay where they lie.
 */
export async function mergeDatasets(tx: Writing, { poolId, from, into }: IdentityMerge): Promise<void> {
  await addUse(tx, { identityId: into, poolId }, await getUse(tx, from))
  for (;;) {
    const datasets = await listDatasets(tx, from, "", AT_ONCE)
    for (const dataset of datasets) {
      const home = dataset.home === "" ? await moveEntries(tx, dataset) : dataset.home
      const name = await findFreeName(tx, dataset, { from, into })
      // What came by an earlier merge is one of the same dataset still.
      await putDataset(tx, { ...dataset, identityId: into, name, home, mergedOf: dataset.mergedOf || dataset.name })
      await tx.run("DELETE FROM csync_datasets WHERE identity_id = $1 AND name = $2", from, dataset.name)
    }
    if (datasets.length < AT_ONCE) break
  }
  for (const table of ["csync_datasets", "csync_identities", "csync_devices", "csync_subscriptions"])
    await tx.run(`DELETE FROM ${table} WHERE identity_id = $1`, from)
}

async function findFreeName(
  tx: Writing,
  { name, mergedOf, home }: Dataset,
  { from, into }: Pick<IdentityMerge, "from" | "into">,
): Promise<string> {
  const wanted = mergedOf === "" ? mergedName(name, from) : name
  const other = await findDataset(tx, { identityId: into, name: wanted })
  return !other || other.isDeleted ? wanted : mergedName(name, from, home)
}

/** Of a dataset from before there were homes: its identity may come to have another of its name. */
async function moveEntries(tx: Writing, { identityId, name }: Dataset): Promise<string> {
  const home = newHome()
  await tx.run(
    "UPDATE csync_records SET identity_id = $1, dataset = '' WHERE identity_id = $2 AND dataset = $3",
    home,
    identityId,
    name,
  )
  return home
}
