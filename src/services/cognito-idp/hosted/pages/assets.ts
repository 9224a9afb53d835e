import { hash } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"

/** Style sheets and scripts of the pages as they are sent: without comments and the blanks at the beginnings of lines. */
export const FILES = {
  "pages.css": ready("text/css; charset=utf-8", readStyle("pages.css")),
  "pages.js": ready("text/javascript; charset=utf-8", readScript("pages.js")),
  "passkeys.js": ready("text/javascript; charset=utf-8", readScript("passkeys.js")),
}

/** Names what they hold, so that browsers may keep them. */
export const VERSION = hash(
  "sha256",
  Object.values(FILES)
    .map(({ text }) => text)
    .join(""),
  "base64url",
).slice(0, 12)

function ready(type: string, text: string) {
  return { type, text, zipped: gzipSync(text, { level: 9 }) }
}

function read(name: string): string {
  return readFileSync(join(import.meta.dirname, "assets", name), "utf8")
}

function readStyle(name: string): string {
  return read(name)
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\s+/g, " ")
    .replace(/ ?([{};,]) ?/g, "$1")
    .replace(/: /g, ":")
    .trim()
}

function readScript(name: string): string {
  return read(name)
    .replace(/^\s*\/\/.*\n/gm, "")
    .replace(/^\s+/gm, "")
}
