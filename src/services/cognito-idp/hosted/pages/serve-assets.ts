import { promisify } from "node:util"
import { gzip } from "node:zlib"
import type { HttpResponse } from "../../../../wire/http.ts"
import { MEDIA_TYPES } from "../../branding/assets.ts"
import { formatClassicCss, parseClassicCss } from "../../branding/classic/css.ts"
import { findClassicStyle } from "../../branding/classic/record.ts"
import { findBranding } from "../../branding/record.ts"
import type { Handler, Hosted } from "../hosted.ts"
import { plainPage, windowHeaders } from "../responses.ts"
import { FILES, VERSION } from "./assets.ts"
import { findLook, type Look, PLAIN_LOOK } from "./look.ts"
import { formatTheme, type Pictures } from "./theme.ts"

const zip = promisify(gzip)

/** Pictures run nothing, not even where somebody opens them in a window of their own. */
const PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

function asset(hosted: Hosted, type: string, body: HttpResponse["body"], version: string): HttpResponse {
  const isCurrent = hosted.query.get("v") === version
  return {
    status: 200,
    headers: {
      ...windowHeaders(hosted),
      "content-security-policy": PICTURE_POLICY,
      "content-type": type,
      // The URL names the version: what has changed has another one.
      "cache-control": isCurrent ? "public, max-age=31536000, immutable" : "no-store",
    },
    body,
  }
}

export const serveFile =
  (name: keyof typeof FILES): Handler =>
  async (hosted) => {
    const { type, text, zipped } = FILES[name]
    return takesZipped(hosted) ? zippedAsset(hosted, type, zipped, VERSION) : asset(hosted, type, text, VERSION)
  }

const takesZipped = ({ request }: Hosted): boolean => /\bgzip\b/.test(request.headers["accept-encoding"] ?? "")

/** Sheets and scripts hold nothing of the person's, so that their length may be seen; pages do, and are sent as they are. */
function zippedAsset(hosted: Hosted, type: string, body: Uint8Array, version: string): HttpResponse {
  const response = asset(hosted, type, body, version)
  return { ...response, headers: { ...response.headers, "content-encoding": "gzip", vary: "accept-encoding" } }
}

const notThere = (hosted: Hosted): HttpResponse => plainPage(hosted, 404, "There is no such picture.")

/** `/assets/style.css`: what the client's style decides. */
export const serveStyle: Handler = async (hosted) => {
  const clientId = hosted.query.get("client_id")
  const look = (clientId && (await findLook(hosted, clientId))) || PLAIN_LOOK
  const theme = formatTheme({
    settings: look.settings,
    pictures: { lightMode: picturesOf(look, "light"), darkMode: picturesOf(look, "dark") },
  })
  const classic =
    !look.isManaged && clientId ? await findClassicStyle(hosted.deps.store, hosted.pool.id, clientId) : undefined
  const own = classic?.css === undefined ? "" : `\n${formatClassicCss(parseClassicCss(classic.css))}`
  const sheet = `${theme}${own}\n`
  const type = "text/css; charset=utf-8"
  return takesZipped(hosted)
    ? zippedAsset(hosted, type, await zip(sheet), look.style.v!)
    : asset(hosted, type, sheet, look.style.v!)
}

/** Relative to the sheet, which lies beside them. */
function picturesOf({ settings: { components }, picture }: Look, mode: "light" | "dark"): Pictures {
  const found = {
    page: components.pageBackground.image.enabled && picture("PAGE_BACKGROUND"),
    form: components.form.backgroundImage.enabled && picture("FORM_BACKGROUND"),
    header: components.pageHeader.backgroundImage.enabled && picture("PAGE_HEADER_BACKGROUND"),
    footer: components.pageFooter.backgroundImage.enabled && picture("PAGE_FOOTER_BACKGROUND"),
  }
  return Object.fromEntries(
    Object.entries(found).flatMap(([name, one]) => (one ? [[name, one[mode].replace("/assets/", "")]] : [])),
  )
}

/** `/assets/image`: a picture of the client's style, by its number. */
export const serveImage: Handler = async (hosted) => {
  const { deps, pool, query } = hosted
  const clientId = query.get("client_id") ?? ""
  const branding = await findBranding(deps.store, pool.id, clientId)
  const image = branding?.assets[Number(query.get("n"))]
  if (!branding || !image) return notThere(hosted)
  const { segment, extension } = image
  const body = deps.bytes.read([segment], { start: 0, end: segment.size })
  return asset(hosted, MEDIA_TYPES[extension], body, String(branding.modifiedAt))
}

/** `/assets/logo`: that of the classic pages. */
export const serveLogo: Handler = async (hosted) => {
  const { deps, pool, query } = hosted
  const style = await findClassicStyle(deps.store, pool.id, query.get("client_id") ?? "")
  if (!style?.logo) return notThere(hosted)
  const { segment, extension } = style.logo
  const body = deps.bytes.read([segment], { start: 0, end: segment.size })
  return asset(hosted, MEDIA_TYPES[extension], body, String(style.modifiedAt))
}
