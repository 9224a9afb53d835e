import { findClassicStyle } from "../../branding/classic/record.ts"
import { type Branding, findBranding, type StoredAsset } from "../../branding/record.ts"
import { DEFAULT_SETTINGS, mergeSettings, type Settings } from "../../branding/settings.ts"
import type { Hosted } from "../hosted.ts"

/** A picture for light pages and one for dark ones, by their paths below the domain. */
export interface Picture {
  light: string
  dark: string
}

/** How the pages of a client look. */
export interface Look {
  isManaged: boolean
  settings: Settings
  /** The part of `/assets/style.css` that names the style and its version. */
  style: Record<string, string>
  branding?: Branding
  /** Of the classic pages. */
  classicLogo?: string
  picture(category: StoredAsset["category"], resourceId?: string): Picture | undefined
}

/** The classic pages follow the browser, unless they have a sheet of their own: those were written for light pages. */
const CLASSIC_SETTINGS = mergeSettings(DEFAULT_SETTINGS, {
  categories: { global: { colorSchemeMode: "DYNAMIC" } },
  components: { pageBackground: { lightMode: { color: "f3f4f6ff" }, darkMode: { color: "080f19ff" } } },
})

/** Of pages before it is known whose they are. */
export const PLAIN_LOOK: Look = {
  isManaged: false,
  settings: CLASSIC_SETTINGS,
  style: { v: "0" },
  picture: () => undefined,
}

/** Undefined where managed login has no style for the client: then it has no pages. Source: Developer Guide, "Managed login". */
export async function findLook({ deps, pool, domain }: Hosted, clientId: string): Promise<Look | undefined> {
  const isManaged = domain.managedLoginVersion === 2
  if (!isManaged) return classicLook(await findClassicStyle(deps.store, pool.id, clientId))
  const branding = await findBranding(deps.store, pool.id, clientId)
  return branding && managedLook(branding)
}

function managedLook(branding: Branding): Look {
  const { clientId, modifiedAt } = branding
  return {
    isManaged,
    settings: mergeSettings(DEFAULT_SETTINGS, branding.settings),
    style: { client_id: clientId, v: String(modifiedAt) },
    branding,
    picture(category, resourceId) {
      const of = (mode: "LIGHT" | "DARK") => findAsset(branding, category, mode, resourceId)
      const light = of("LIGHT") ?? of("DARK")
      if (!light) return undefined
      return { light: imagePath(branding, light), dark: imagePath(branding, of("DARK") ?? light) }
    },
  }
}

const isManaged = true

function classicLook(style: Awaited<ReturnType<typeof findClassicStyle>>): Look {
  if (!style) return PLAIN_LOOK
  const clientId = style.scope === "" ? "ALL" : style.scope
  return {
    isManaged: false,
    settings: style.css === undefined ? CLASSIC_SETTINGS : DEFAULT_SETTINGS,
    style: { client_id: clientId, v: String(style.modifiedAt), classic: "1" },
    ...(style.logo && { classicLogo: `/assets/logo?client_id=${clientId}&v=${style.modifiedAt}` }),
    picture: () => undefined,
  }
}

/** The image for a mode, or the one for all. */
export const findAsset = (
  { assets }: Branding,
  category: StoredAsset["category"],
  mode: "LIGHT" | "DARK",
  resourceId?: string,
): StoredAsset | undefined => {
  const candidates = assets.filter(
    (one) => one.category === category && (resourceId === undefined || one.resourceId === resourceId),
  )
  return candidates.find((one) => one.mode === mode) ?? candidates.find((one) => one.mode === "DYNAMIC")
}

/** Below the domain. Its place in the style and the style's time name it for good: browsers may keep it. */
export const imagePath = (branding: Branding, asset: StoredAsset): string =>
  `/assets/image?${new URLSearchParams({
    client_id: branding.clientId,
    n: String(branding.assets.indexOf(asset)),
    v: String(branding.modifiedAt),
  })}`
