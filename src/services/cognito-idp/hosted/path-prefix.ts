/** Where the sign-in pages are, on the server's own host, of a domain whose name cannot be resolved. No bucket is called so. */
export const PATH_PREFIX = "/_auth/"
