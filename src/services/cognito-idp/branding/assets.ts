import type { AssetType } from "@aws-sdk/client-cognito-identity-provider"
import type { NoUndefined } from "@smithy/types"
import { invalidParameter } from "../errors.ts"
import { findSvgFault } from "./svg.ts"

export type GivenAsset = NoUndefined<AssetType>
type Category = GivenAsset["Category"]
type Extension = GivenAsset["Extension"]

const PICTURES: readonly Extension[] = ["PNG", "SVG", "JPEG", "WEBP"]

/** Source: Developer Guide, "The branding editor", the files that each category takes. */
const EXTENSIONS: Partial<Record<Category, readonly Extension[]>> = {
  FAVICON_ICO: ["ICO"],
  FAVICON_SVG: ["SVG"],
  IDP_BUTTON_ICON: ["ICO", "SVG"],
}

export const MEDIA_TYPES: Record<Extension, string> = {
  ICO: "image/x-icon",
  JPEG: "image/jpeg",
  PNG: "image/png",
  SVG: "image/svg+xml",
  WEBP: "image/webp",
}

/** How files of each kind begin, in hexadecimal. */
const BEGINNINGS: Record<Exclude<Extension, "SVG">, RegExp> = {
  ICO: /^00000100/,
  JPEG: /^ffd8ff/,
  PNG: /^89504e470d0a1a0a/,
  WEBP: /^52494646.{8}57454250/,
}

/** Whether bytes are a picture of this kind, as far as their beginning tells. */
export const isPicture = (extension: Exclude<Extension, "SVG">, bytes: Uint8Array): boolean =>
  BEGINNINGS[extension].test(Buffer.from(bytes.subarray(0, 16)).toString("hex"))

/** Throws where a style cannot have these images. UNVERIFIED texts. */
export function assertAssets(assets: readonly GivenAsset[]): void {
  const places = new Set<string>()
  for (const asset of assets) {
    const { Category: category, ColorMode: mode, Extension: extension, Bytes: bytes, ResourceId: id } = asset
    const allowed = EXTENSIONS[category] ?? PICTURES
    if (!allowed.includes(extension))
      throw invalidParameter(`Invalid asset: ${category} must be one of ${allowed.join(", ")}.`)
    if (bytes === undefined || bytes.length === 0) throw invalidParameter(`Invalid asset: ${category} has no Bytes.`)
    if (extension !== "SVG" && !isPicture(extension, bytes))
      throw invalidParameter(`Invalid asset: ${category} is not a file of type ${extension}.`)
    const fault = extension === "SVG" ? findSvgFault(bytes) : undefined
    if (fault) throw invalidParameter(`Invalid asset: the SVG of ${category} is not allowed: ${fault}.`)
    // Of icons for providers there is one for each; the name of the provider is its ID.
    const place = `${category} ${mode} ${category === "IDP_BUTTON_ICON" ? id : ""}`
    if (places.has(place)) throw invalidParameter(`Invalid asset: there is more than one ${category} for ${mode}.`)
    places.add(place)
  }
}
