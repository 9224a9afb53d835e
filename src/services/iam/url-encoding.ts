/** RFC 3986 percent-encoding, as IAM returns policy documents: `!'()*` are encoded as well. */
export const urlEncoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
