const AMPERSAND = 0x26
const VALUE_BYTES = 128

/**
 * What the first value of that name in a form begins with, as it was sent, where the pattern finds something in it. No text
 * is made of the rest of the form: it may be long, and nobody knows yet whose it is.
 */
export function findFormValue(form: Uint8Array, name: string, pattern: RegExp): string | undefined {
  const bytes = Buffer.from(form.buffer, form.byteOffset, form.byteLength)
  const sought = `${name}=`
  for (let at = bytes.indexOf(sought); at >= 0; at = bytes.indexOf(sought, at + 1)) {
    if (at > 0 && bytes[at - 1] !== AMPERSAND) continue
    const from = at + sought.length
    const found = pattern.exec(bytes.toString("latin1", from, from + VALUE_BYTES))?.[0]
    if (found) return found
  }
  return undefined
}
