import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { findOrInstall } from "./debian.ts"

/** Files with a certificate for `localhost` and 127.0.0.1 that vouches for itself, and its key. */
export interface Certificate extends Disposable {
  cert: string
  key: string
}

export function makeCertificate(): Certificate {
  const directory = mkdtempSync(join(tmpdir(), "hallpass-certificate-"))
  const [key, cert] = [join(directory, "key.pem"), join(directory, "cert.pem")]
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-days", "2"]
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
  const out = ["-keyout", key, "-out", cert]
  execFileSync(findOrInstall("openssl"), ["req", "-x509", ...curve, ...names, ...out], { stdio: "pipe" })
  return { cert, key, [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }) }
}
