import { hash } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"

/** Style sheets and scripts of the pages as they are sent: without comments and the blanks at the beginnings of lines. */
export const FILES = {
  "pages.css": { type: "text/css; charset=utf-8", text: readStyle("pages.css") },
  "pages.js": { type: "text/javascript; charset=utf-8", text: readScript("pages.js") },
  "passkeys.js": { type: "text/javascript; charset=utf-8", text: readScript("passkeys.js") },
} as const

/** Names what they hold, so that browsers may keep them. */
export const VERSION = hash(
  "sha256",
  Object.values(FILES)
    .map(({ text }) => text)
    .join(""),
  "base64url",
).slice(0, 12)

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
