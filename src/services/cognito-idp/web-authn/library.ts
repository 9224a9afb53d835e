/** Read when the first passkey comes: most servers have none, and it takes a tenth of their start. */
export async function loadWebAuthn() {
  const [server, helpers] = await Promise.all([
    import("@simplewebauthn/server"),
    import("@simplewebauthn/server/helpers"),
  ])
  return { server, helpers }
}
