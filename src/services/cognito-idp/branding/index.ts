import {
  CreateManagedLoginBrandingCommand,
  DeleteManagedLoginBrandingCommand,
  DescribeManagedLoginBrandingByClientCommand,
  DescribeManagedLoginBrandingCommand,
  type ManagedLoginBrandingType,
  UpdateManagedLoginBrandingCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { randomUUID } from "../../../base/random.ts"
import type { Bytes } from "../../../bytes/bytes.ts"
import { type InputOf, operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { onUserPool } from "../access.ts"
import { assertClientThere, getClient } from "../app-clients/record.ts"
import { brandingExists, brandingNotFound, invalidParameter, tooManyBrandings } from "../errors.ts"
import { getUserPool, type UserPool } from "../user-pools/record.ts"
import { assertAssets } from "./assets.ts"
import { readBytes, writeAssets } from "./images.ts"
import { type Branding, deleteBranding, listBrandings, putBranding, readBranding } from "./record.ts"
import { DEFAULT_SETTINGS, mergeSettings, parseSettings } from "./settings.ts"

/** Source: quotas page. */
const BRANDINGS_AT_MOST = 20

/** `isMerged`: with all that is as in the style that AWS provides. */
async function describe(
  bytes: Bytes,
  poolId: string,
  branding: Branding,
  isMerged = false,
): Promise<ManagedLoginBrandingType> {
  const { id, isProvided, settings, assets, createdAt, modifiedAt } = branding
  const images = []
  for (const { category, mode, extension, resourceId, segment } of assets)
    images.push({
      Category: category,
      ColorMode: mode,
      Extension: extension,
      Bytes: await readBytes(bytes, segment),
      ...(resourceId !== undefined && { ResourceId: resourceId }),
    })
  return {
    ManagedLoginBrandingId: id,
    UserPoolId: poolId,
    UseCognitoProvidedValues: isProvided,
    ...(isMerged ? { Settings: mergeSettings(DEFAULT_SETTINGS, settings) } : !isProvided && { Settings: settings }),
    ...(images.length > 0 && { Assets: images }),
    CreationDate: new Date(createdAt),
    LastModifiedDate: new Date(modifiedAt),
  }
}

type Given = Pick<InputOf<typeof CreateManagedLoginBrandingCommand>, "UseCognitoProvidedValues" | "Settings" | "Assets">

/** Throws where the style that AWS provides is asked for and another one described. UNVERIFIED text. */
function assertOneStyle({ UseCognitoProvidedValues, Settings, Assets }: Given): void {
  if (UseCognitoProvidedValues && (Settings !== undefined || Assets !== undefined))
    throw invalidParameter("Settings and Assets cannot be provided when UseCognitoProvidedValues is true.")
}

export const CreateManagedLoginBranding = operation(CreateManagedLoginBrandingCommand, {
  access: onUserPool,
  async handle({ UserPoolId, ClientId, ...given }, context) {
    const { store, bytes, clock } = context
    const pool = await getUserPool(UserPoolId, context)
    const client = await getClient(store, pool, ClientId)
    assertOneStyle(given)
    const settings = given.Settings === undefined ? {} : parseSettings(given.Settings)
    assertAssets(given.Assets ?? [])
    const now = clock.now()
    await using written = await writeAssets(bytes, pool.id, given.Assets ?? [])
    const branding: Branding = {
      id: randomUUID(),
      clientId: client.id,
      isProvided: given.UseCognitoProvidedValues ?? false,
      settings,
      assets: written.assets,
      createdAt: now,
      modifiedAt: now,
    }
    await store.transact(async (tx) => {
      await assertClientThere(tx, pool, client.id)
      const others = await listBrandings(tx, pool.id)
      if (others.some(({ clientId }) => clientId === client.id)) throw brandingExists()
      if (others.length >= BRANDINGS_AT_MOST) throw tooManyBrandings()
      await written.keep(tx)
      await putBranding(tx, pool.id, branding)
    })
    return { ManagedLoginBranding: await describe(bytes, pool.id, branding) }
  },
})

async function getBranding(tx: Reading, pool: UserPool, id: string | undefined): Promise<Branding> {
  const branding = (await listBrandings(tx, pool.id)).find((one) => one.id === id?.toLowerCase())
  if (!branding) throw brandingNotFound(id ?? "")
  return branding
}

/** What is not given stays as it is. Source: UpdateManagedLoginBranding. */
export const UpdateManagedLoginBranding = operation(UpdateManagedLoginBrandingCommand, {
  access: ({ UserPoolId = "" }, scope) => onUserPool({ UserPoolId }, scope),
  async handle({ UserPoolId = "", ManagedLoginBrandingId: id, ...given }, context) {
    const { store, bytes, clock } = context
    const pool = await getUserPool(UserPoolId, context)
    assertOneStyle(given)
    const settings = given.Settings === undefined ? undefined : parseSettings(given.Settings)
    if (given.Assets) assertAssets(given.Assets)
    await store.read((tx) => getBranding(tx, pool, id))
    await using written = await writeAssets(bytes, pool.id, given.Assets ?? [])
    const modifiedAt = clock.now()
    const changed = await store.transact(async (tx) => {
      const before = await getBranding(tx, pool, id)
      const isProvided = given.UseCognitoProvidedValues ?? (settings || given.Assets ? false : before.isProvided)
      const assets = isProvided ? [] : given.Assets ? written.assets : before.assets
      if (assets !== before.assets) for (const { segment } of before.assets) await bytes.drop(tx, segment.id)
      await written.keep(tx)
      const kept = settings ? mergeSettings(before.settings, settings) : before.settings
      const changed = { ...before, isProvided, assets, settings: isProvided ? {} : kept, modifiedAt }
      await putBranding(tx, pool.id, changed)
      return changed
    })
    return { ManagedLoginBranding: await describe(bytes, pool.id, changed) }
  },
})

export const DescribeManagedLoginBranding = operation(DescribeManagedLoginBrandingCommand, {
  access: onUserPool,
  async handle({ UserPoolId, ManagedLoginBrandingId, ReturnMergedResources }, context) {
    const pool = await getUserPool(UserPoolId, context)
    const branding = await context.store.read((tx) => getBranding(tx, pool, ManagedLoginBrandingId))
    return { ManagedLoginBranding: await describe(context.bytes, pool.id, branding, ReturnMergedResources) }
  },
})

export const DescribeManagedLoginBrandingByClient = operation(DescribeManagedLoginBrandingByClientCommand, {
  access: onUserPool,
  async handle({ UserPoolId, ClientId, ReturnMergedResources }, context) {
    const pool = await getUserPool(UserPoolId, context)
    const client = await getClient(context.store, pool, ClientId)
    const branding = await context.store.read((tx) => readBranding(tx, pool.id, client.id))
    if (!branding) throw brandingNotFound(client.id)
    return { ManagedLoginBranding: await describe(context.bytes, pool.id, branding, ReturnMergedResources) }
  },
})

export const DeleteManagedLoginBranding = operation(DeleteManagedLoginBrandingCommand, {
  access: onUserPool,
  async handle({ UserPoolId, ManagedLoginBrandingId }, context) {
    const pool = await getUserPool(UserPoolId, context)
    await context.store.transact(async (tx) => {
      const { clientId } = await getBranding(tx, pool, ManagedLoginBrandingId)
      await deleteBranding(tx, context.bytes, pool.id, clientId)
    })
    return {}
  },
})
