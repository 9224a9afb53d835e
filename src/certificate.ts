import { X509Certificate } from "node:crypto"
import { readFileSync } from "node:fs"
import { createSecureContext, type SecureContextOptions } from "node:tls"
import { type Config, ConfigError } from "./config.ts"

/** The certificate with those that vouch for it, and its key, from their PEM files. */
export function readCertificate({ certificate, key }: NonNullable<Config["tls"]>): SecureContextOptions {
  const pem = { cert: read("--tls-cert", certificate), key: read("--tls-key", key) }
  try {
    new X509Certificate(pem.cert)
  } catch {
    throw new ConfigError(`--tls-cert ${certificate} holds no certificate in PEM.`)
  }
  try {
    createSecureContext(pem)
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException
    // The messages of OpenSSL quote nothing of a key.
    const why =
      code === "ERR_OSSL_X509_KEY_VALUES_MISMATCH" ? "is not that of the certificate" : `cannot be used: ${message}`
    throw new ConfigError(`--tls-key ${key} ${why}.`)
  }
  return pem
}

function read(flag: string, file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new ConfigError(`${flag} ${file} cannot be read: ${(error as Error).message}.`)
  }
}
