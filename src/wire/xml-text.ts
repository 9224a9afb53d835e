// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no way to write these but as references
const SPECIAL = /[&<>"\r\u0000-\u0008\u000b\u000c\u000e-\u001f\u0085\u2028]/g

const NAMED: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" }

/**
 * Text of an element or an attribute. Characters that XML 1.0 would change or not have are written as references, as S3
 * writes them in listings of such keys.
 */
export function escapeXml(text: string): string {
  SPECIAL.lastIndex = 0
  if (!SPECIAL.test(text)) return text
  return text.replace(SPECIAL, (c) => NAMED[c] ?? `&#x${c.charCodeAt(0).toString(16).toUpperCase()};`)
}

export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
