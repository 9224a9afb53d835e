import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto"

/** Options as the server gives them to a browser. */
interface CreationOptions {
  rp: { id: string }
  user: { id: string }
  challenge: string
  pubKeyCredParams: { alg: number }[]
}
interface RequestOptions {
  rpId: string
  challenge: string
  allowCredentials: { id: string }[]
}

/** What an authenticator and its browser may do otherwise than they should. */
export interface Ceremony {
  /** Of the page; https of the relying party unless told. */
  origin?: string
  /** The name that the authenticator hashes, where it is not that of the options. */
  relyingPartyId?: string
  challenge?: string
  verifiesUser?: boolean
  isUserPresent?: boolean
  algorithm?: -7 | -257 | -8
  counter?: number
  type?: string
  userHandle?: string
  /** What is signed by, where it is not the passkey's own key. */
  key?: KeyObject
  attestation?: { fmt: string; statement: Map<string, Cbor> }
}

interface Kept {
  id: string
  key: KeyObject
  userHandle: string
  counter: number
  algorithm: number
}

/** An authenticator in software, with the browser in front of it: makes passkeys and signs with them. */
export class Authenticator {
  readonly passkeys: Kept[] = []

  /** `navigator.credentials.create(...)`, as toJSON makes it. */
  create(options: CreationOptions, ceremony: Ceremony = {}) {
    const algorithm = ceremony.algorithm ?? options.pubKeyCredParams[0]!.alg
    const { publicKey, privateKey } =
      algorithm === -7
        ? generateKeyPairSync("ec", { namedCurve: "P-256" })
        : algorithm === -257
          ? generateKeyPairSync("rsa", { modulusLength: 2048 })
          : generateKeyPairSync("ed25519")
    const id = randomBytes(20)
    const kept = {
      id: id.toString("base64url"),
      key: privateKey,
      userHandle: options.user.id,
      counter: ceremony.counter ?? 0,
      algorithm,
    }
    this.passkeys.push(kept)
    const length = Buffer.alloc(2)
    length.writeUInt16BE(id.length)
    const authData = Buffer.concat([
      headOf(ceremony.relyingPartyId ?? options.rp.id, 0x40, kept.counter, ceremony),
      Buffer.alloc(16),
      length,
      id,
      coseOf(publicKey, algorithm),
    ])
    const { fmt, statement } = ceremony.attestation ?? { fmt: "none", statement: new Map<string, Cbor>() }
    const attestationObject = encode(
      new Map<string, Cbor>([
        ["fmt", fmt],
        ["attStmt", statement],
        ["authData", authData],
      ]),
    )
    return {
      id: kept.id,
      rawId: kept.id,
      type: "public-key",
      authenticatorAttachment: "platform",
      clientExtensionResults: {},
      response: {
        clientDataJSON: clientDataOf("webauthn.create", options.challenge, options.rp.id, ceremony).toString(
          "base64url",
        ),
        attestationObject: attestationObject.toString("base64url"),
        transports: ["internal", "hybrid"],
      },
    }
  }

  /** `navigator.credentials.get(...)`. */
  get(options: RequestOptions, ceremony: Ceremony = {}) {
    const kept = this.passkeys.find(({ id }) => options.allowCredentials.some((one) => one.id === id))
    if (!kept) throw new Error("no passkey is allowed here")
    kept.counter = ceremony.counter ?? kept.counter + 1
    const authenticatorData = headOf(ceremony.relyingPartyId ?? options.rpId, 0, kept.counter, ceremony)
    const clientData = clientDataOf("webauthn.get", options.challenge, options.rpId, ceremony)
    const signature = createSign("sha256")
      .update(authenticatorData)
      .update(createHash("sha256").update(clientData).digest())
      .sign(ceremony.key ?? kept.key)
    return {
      id: kept.id,
      rawId: kept.id,
      type: "public-key",
      clientExtensionResults: {},
      response: {
        clientDataJSON: clientData.toString("base64url"),
        authenticatorData: authenticatorData.toString("base64url"),
        signature: signature.toString("base64url"),
        userHandle: ceremony.userHandle ?? kept.userHandle,
      },
    }
  }
}

const clientDataOf = (type: string, challenge: string, relyingPartyId: string, ceremony: Ceremony): Buffer =>
  Buffer.from(
    JSON.stringify({
      type: ceremony.type ?? type,
      challenge: ceremony.challenge ?? challenge,
      origin: ceremony.origin ?? `https://${relyingPartyId}`,
      crossOrigin: false,
    }),
  )

/** The hash of the name, the flags (there, verified, with a passkey) and the counter. */
function headOf(relyingPartyId: string, flags: number, counter: number, ceremony: Ceremony): Buffer {
  const rest = Buffer.alloc(5)
  const isThere = ceremony.isUserPresent === false ? 0 : 1
  const isVerified = ceremony.verifiesUser === false ? 0 : 4
  rest.writeUInt8(flags | isThere | isVerified)
  rest.writeUInt32BE(counter, 1)
  return Buffer.concat([createHash("sha256").update(relyingPartyId).digest(), rest])
}

function coseOf(publicKey: KeyObject, algorithm: number): Buffer {
  const { x, y, n, e } = publicKey.export({ format: "jwk" })
  const bytes = (text: string | undefined) => Buffer.from(text!, "base64url")
  const entries: [number, Cbor][] =
    algorithm === -257
      ? [
          [1, 3],
          [3, -257],
          [-1, bytes(n)],
          [-2, bytes(e)],
        ]
      : algorithm === -7
        ? [
            [1, 2],
            [3, -7],
            [-1, 1],
            [-2, bytes(x)],
            [-3, bytes(y)],
          ]
        : [
            [1, 1],
            [3, -8],
            [-1, 6],
            [-2, bytes(x)],
          ]
  return encode(new Map(entries))
}

export type Cbor = number | string | Uint8Array | readonly Cbor[] | ReadonlyMap<string | number, Cbor>

/** As much of CBOR (RFC 8949) as authenticators write. */
export function encode(value: Cbor): Buffer {
  if (typeof value === "number") return value >= 0 ? head(0, value) : head(1, -1 - value)
  if (typeof value === "string") return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value])
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(encode)])
  const map = value as ReadonlyMap<string | number, Cbor>
  return Buffer.concat([head(5, map.size), ...[...map].flatMap(([key, member]) => [encode(key), encode(member)])])
}

function head(type: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(type << 5) | value])
  if (value < 256) return Buffer.from([(type << 5) | 24, value])
  const long = Buffer.alloc(3)
  long.writeUInt8((type << 5) | 25)
  long.writeUInt16BE(value, 1)
  return long
}
