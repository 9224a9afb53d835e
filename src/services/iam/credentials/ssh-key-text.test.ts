import assert from "node:assert/strict"
import { test } from "node:test"
import { fingerprintOf, formatSshKey, parseSshKey, type SshKey } from "./ssh-key-text.ts"

/** One key in the two forms, and its fingerprint, as `ssh-keygen` writes them. */
const SSH =
  "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCZKh1dWyE3GmoZ6Jar5MVV6JqAkI0LDCuaeBbUvNhkvg6qZQed9Vw0v7+KvPQzR+fbGSsSvlUyQAy1HW/+7G1RIAaKPS64XxjSBfLBPJLatQiU1vpWCd7PzbdL6ZMvfvcehpvqAt+J43YKkoXrYQHoxJPHZM3tVpLikl2liCrhw/ffBqK8rtCUSugDOZqpmwAjQZGQa3p9jWM3fMxhcJz4wh29oLnyrq5mWIYJGz6IM9TypMAaXi9mMvak+5K2HmnyBdVbuZwBM3dreTFAqhjKk/q3m0CsJc6GRHMVW8Z0x6eVWCbtKOsoHAAsjq9o0iHHYh7QIvh9Lndh1GQxtm27"
const PEM = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAmSodXVshNxpqGeiWq+TF
VeiagJCNCwwrmngW1LzYZL4OqmUHnfVcNL+/irz0M0fn2xkrEr5VMkAMtR1v/uxt
USAGij0uuF8Y0gXywTyS2rUIlNb6Vgnez823S+mTL373Hoab6gLfieN2CpKF62EB
6MSTx2TN7VaS4pJdpYgq4cP33waivK7QlEroAzmaqZsAI0GRkGt6fY1jN3zMYXCc
+MIdvaC58q6uZliGCRs+iDPU8qTAGl4vZjL2pPuSth5p8gXVW7mcATN3a3kxQKoY
ypP6t5tArCXOhkRzFVvGdMenlVgm7SjrKBwALI6vaNIhx2Ie0CL4fS53YdRkMbZt
uwIDAQAB
-----END PUBLIC KEY-----
`

for (const [form, text] of [
  ["OpenSSH's form", `${SSH} carol@desk`],
  ["PEM", PEM],
] as const)
  test(`a key in ${form} is read, and written in both`, () => {
    const key = parseSshKey(text) as SshKey
    assert.equal(formatSshKey(key, "SSH"), SSH)
    assert.equal(formatSshKey(key, "PEM"), PEM)
    assert.equal(fingerprintOf(key), "76:8f:a6:ff:b3:67:8e:8c:a9:7b:d2:7f:0a:b6:02:e2")
  })

for (const [text, expected] of [
  ["", "encoding"],
  ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI", "encoding"],
  ["AAAAB3NzaC1yc2E", "encoding"],
  ["ssh-rsa", "encoding"],
  ["ssh-rsa AAAA", "key"],
  [SSH.slice(0, 100), "key"],
  [PEM.replace("MIIB", "MIIC"), "key"],
  ["-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----", "key"],
] as const)
  test(`no key is read from ${text.slice(0, 40)}`, () => assert.equal(parseSshKey(text), expected))
