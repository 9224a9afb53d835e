import assert from "node:assert/strict"
import { createPrivateKey, X509Certificate } from "node:crypto"
import { test } from "node:test"
import { createKeyWithCertificate } from "./certificate.ts"

test("a certificate is its own issuer's, of its key, and good for the time that is said", async () => {
  // From 2050 on years have four digits (RFC 5280).
  for (const years of [2026, 2045, 2060]) {
    const [from, to] = [Date.UTC(years, 0, 2, 3, 4, 5), Date.UTC(years + 10, 0, 2, 3, 4, 5)]
    const { privateKey, certificate } = await createKeyWithCertificate("us-east-1_ä", from, to)
    const read = new X509Certificate(Buffer.from(certificate, "base64"))
    assert.ok(read.checkPrivateKey(createPrivateKey(privateKey)))
    assert.ok(read.verify(read.publicKey))
    assert.deepEqual([read.subject, read.issuer], ["CN=us-east-1_ä", "CN=us-east-1_ä"])
    assert.deepEqual([read.validFromDate.getTime(), read.validToDate.getTime()], [from, to])
    assert.equal(read.publicKey.asymmetricKeyDetails?.modulusLength, 2048)
  }
})
