/**
 * A path as ARNs name it. `%74` is another spelling of `t` and `%2f` of `%2F` (RFC 3986, 6.2.2): what a policy denies by its path
 * has one spelling, however it was sent. UNVERIFIED of AWS.
 */
export const namedPath = (path: string): string =>
  path.includes("%")
    ? path.replace(/%[0-9a-f]{2}/gi, (encoded) => {
        const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16))
        return /[A-Za-z0-9._~-]/.test(character) ? character : encoded.toUpperCase()
      })
    : path
