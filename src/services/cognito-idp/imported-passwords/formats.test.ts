import assert from "node:assert/strict"
import { pbkdf2Sync, randomBytes, scryptSync } from "node:crypto"
import { describe, test } from "node:test"
import type { PasswordHashingAlgorithmType } from "@aws-sdk/client-cognito-identity-provider"
import { argon2id, bcrypt } from "hash-wasm"
import { checkImported } from "./check.ts"
import { isHashOf } from "./compare.ts"
import { decoyOf, formatKept, parseHash, parseKept } from "./formats.ts"

/** Source: "Importing users from a CSV file", the samples of its password hashes. */
const SAMPLES: readonly [PasswordHashingAlgorithmType, string][] = [
  ["BCRYPT", "$2b$10$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6"],
  [
    "SCRYPT",
    "65536$8$1$304dbaef7c5e828dc19c98f0600d18fe$4f69c498c12cd102d057356facf8d77e8d42407090491ea32c5b038f5a18c099",
  ],
  ["ARGON2ID", "$argon2id$v=19$m=19456,t=2,p=1$ko/G5o1ms+ML08P95sQ8DA$AkVbvWSOqz7Hs3qthhWKxicOWnGLN+MBmpwc3emi5VA"],
  ["PBKDF2_SHA256", "$pbkdf2-sha256$600000$1XZlmwLQ2hhM3JYuCPiArQ$Pfheg9Zi/v5lXU4yyLA0WFUYEd/rlaVbzrM9oMD6IrA"],
]

test("the guide's samples are read, each as its own algorithm alone", () => {
  for (const [algorithm, text] of SAMPLES)
    for (const [other] of SAMPLES)
      assert.equal(
        parseHash(other, text)?.algorithm,
        other === algorithm ? algorithm : undefined,
        `${algorithm} ${other}`,
      )
})

test("what costs more than it may, or is no hash, is none", () => {
  for (const [algorithm, text] of [
    ["BCRYPT", "$2b$13$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6"],
    ["BCRYPT", "$2b$03$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6"],
    ["BCRYPT", "$2c$10$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6"],
    ["BCRYPT", "$2b$10$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq"],
    ["SCRYPT", `131072$8$1$${"00".repeat(16)}$${"00".repeat(32)}`],
    ["SCRYPT", `65535$8$1$${"00".repeat(16)}$${"00".repeat(32)}`],
    ["SCRYPT", `1024$9$1$${"00".repeat(16)}$${"00".repeat(32)}`],
    ["SCRYPT", `1024$8$2$${"00".repeat(16)}$${"00".repeat(32)}`],
    ["SCRYPT", `1024$8$1$00$${"00".repeat(32)}`],
    ["SCRYPT", `1024$8$1$${"00".repeat(16)}$${"0".repeat(63)}`],
    ["ARGON2ID", SAMPLES[2]![1].replace("m=19456", "m=19457")],
    ["ARGON2ID", SAMPLES[2]![1].replace("t=2", "t=3")],
    ["ARGON2ID", SAMPLES[2]![1].replace("p=1", "p=2")],
    ["ARGON2ID", SAMPLES[2]![1].replace("m=19456", "m=1")],
    ["ARGON2ID", SAMPLES[2]![1].replace("argon2id", "argon2i")],
    ["PBKDF2_SHA256", SAMPLES[3]![1].replace("600000", "600001")],
    ["PBKDF2_SHA256", SAMPLES[3]![1].replace("600000", "0")],
    ["PBKDF2_SHA256", "$pbkdf2-sha256$1000$$"],
    ["PBKDF2_SHA256", "password"],
  ] as const)
    assert.equal(parseHash(algorithm, text), undefined, text)
})

const PASSWORD = "Pässw0rd, of 31 characters ✓"

async function hashes(): Promise<[PasswordHashingAlgorithmType, string][]> {
  const salt = randomBytes(16)
  const plain = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "")
  const bcrypted = await bcrypt({ password: PASSWORD, salt, costFactor: 4, outputType: "encoded" })
  const argon = { password: PASSWORD, salt, iterations: 1, parallelism: 1, memorySize: 64, hashLength: 32 }
  return [
    ["BCRYPT", bcrypted],
    ["BCRYPT", bcrypted.replace("$2a$", "$2y$")],
    ["SCRYPT", `1024$8$1$${salt.toString("hex")}$${scryptSync(PASSWORD, salt, 32, { N: 1024 }).toString("hex")}`],
    ["ARGON2ID", await argon2id({ ...argon, outputType: "encoded" })],
    ["PBKDF2_SHA256", `$pbkdf2-sha256$1000$${plain(salt)}$${plain(pbkdf2Sync(PASSWORD, salt, 1000, 32, "sha256"))}`],
  ]
}

describe("a hash", () => {
  test("is of its password and of no other, kept and read again, and a decoy's of none", async () => {
    for (const [algorithm, text] of await hashes()) {
      const hash = parseKept(formatKept(parseHash(algorithm, text)!))
      assert.equal(await isHashOf(hash, PASSWORD), true, text)
      for (const wrong of ["", `${PASSWORD} `, PASSWORD.toLowerCase(), "\0", "x".repeat(1000)])
        assert.equal(await isHashOf(hash, wrong), false, `${text} ${wrong}`)
      const decoy = parseKept(formatKept(decoyOf(hash)))
      assert.equal(await isHashOf(decoy, PASSWORD), false)
      assert.notEqual(formatKept(decoy), formatKept(hash))
      assert.equal(formatKept(decoy).length > 0, true)
    }
  })

  test("of bcrypt looks at 72 bytes of a password", async () => {
    const encoded = await bcrypt({
      password: "x".repeat(72),
      salt: randomBytes(16),
      costFactor: 4,
      outputType: "encoded",
    })
    assert.equal(await isHashOf(parseHash("BCRYPT", encoded)!, "x".repeat(100)), true)
    assert.equal(await isHashOf(parseHash("BCRYPT", encoded)!, "x".repeat(71)), false)
  })

  test("is compared in a thread, by few at a time", async () => {
    const [[algorithm, text]] = (await hashes()) as [[PasswordHashingAlgorithmType, string]]
    const kept = formatKept(parseHash(algorithm, text)!)
    assert.deepEqual(await Promise.all([checkImported(kept, PASSWORD), checkImported(kept, "other")]), [true, false])
    const many = await Promise.allSettled(Array.from({ length: 100 }, () => checkImported(kept, "other")))
    assert.equal(many.filter(({ status }) => status === "rejected").length, 36)
    assert.equal(await checkImported(kept, PASSWORD), true)
  })
})
