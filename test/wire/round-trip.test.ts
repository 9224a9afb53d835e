import assert from "node:assert/strict"
import { describe, test } from "node:test"
import * as cognitoIdentity from "@aws-sdk/client-cognito-identity"
import * as cognitoIdp from "@aws-sdk/client-cognito-identity-provider"
import * as dynamodb from "@aws-sdk/client-dynamodb"
import * as iam from "@aws-sdk/client-iam"
import * as s3 from "@aws-sdk/client-s3"
import * as sts from "@aws-sdk/client-sts"
import fc from "fast-check"
import { type CommandWithSchema, compileCodec, dialects } from "../../src/wire/index.ts"
import { operationShape } from "../../src/wire/schema.ts"
import { inProcess } from "./in-process.ts"
import { valuesOf } from "./values.ts"

/**
 * Every operation of every client, with values drawn from its schema: what the SDK writes we must read as it was given, and
 * what we write the SDK must read as it was given.
 */
const CLIENTS = {
  dynamodb: { client: dynamodb, Client: dynamodb.DynamoDBClient },
  iam: { client: iam, Client: iam.IAMClient },
  sts: { client: sts, Client: sts.STSClient },
  "cognito-idp": { client: cognitoIdp, Client: cognitoIdp.CognitoIdentityProviderClient },
  "cognito-identity": { client: cognitoIdentity, Client: cognitoIdentity.CognitoIdentityClient },
  s3: { client: s3, Client: s3.S3Client },
}

/** Event streams are not spoken yet. */
const NOT_SPOKEN = new Set(["SelectObjectContent"])
const RUNS = 4
const SEED = 20_260_101

type Send = (command: unknown) => Promise<Record<string, unknown>>

for (const [service, { client, Client }] of Object.entries(CLIENTS)) {
  const { protocol, options } = dialects[service as keyof typeof CLIENTS]
  describe(`round trip of ${service}`, () => {
    for (const [name, Command] of Object.entries(client)) {
      if (!/^[A-Z]\w*Command$/.test(name) || typeof Command !== "function") continue
      const shape = operationShape(Command as unknown as CommandWithSchema)
      if (NOT_SPOKEN.has(shape.name)) continue
      const codec = compileCodec(protocol, Command as unknown as CommandWithSchema, options)
      test(shape.name, async () => {
        const inputs = fc.sample(valuesOf(shape.input), { numRuns: RUNS, seed: SEED })
        const outputs = fc.sample(valuesOf(shape.output), { numRuns: RUNS, seed: SEED })
        for (const [i, input] of inputs.entries()) {
          const output = outputs[i] as object
          let read: unknown
          const sdk = new Client({
            region: "us-east-1",
            endpoint: "http://localhost:4566",
            credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
            maxAttempts: 1,
            ...(service === "s3" && { forcePathStyle: true }),
            requestHandler: inProcess((request) => {
              read = codec.decode(request)
              return codec.encode(output, { requestId: "a-request-id" })
            }),
          })
          const send = sdk.send.bind(sdk) as Send
          const received = await send(new (Command as new (input: unknown) => unknown)(input))
          assertHolds(read, input, `${shape.name} input`)
          assertHolds(await collected(received), output, `${shape.name} output`)
        }
      })
    }
  })
}

/** A client turns a streamed body into an object with methods; here its bytes are compared. */
async function collected(output: Record<string, unknown>): Promise<Record<string, unknown>> {
  const whole: Record<string, unknown> = { ...output }
  for (const [name, value] of Object.entries(output)) {
    if (value !== null && typeof value === "object" && "transformToByteArray" in value) {
      whole[name] = await (value as { transformToByteArray(): Promise<Uint8Array> }).transformToByteArray()
    }
  }
  return whole
}

/** All that was given is there. Either end may add what it fills in by itself (tokens, checksums, metadata). */
function assertHolds(found: unknown, given: unknown, where: string): void {
  if (given instanceof Uint8Array) {
    assert.deepEqual(Buffer.from(found as Uint8Array), Buffer.from(given), where)
  } else if (given instanceof Date) assert.deepEqual(found, given, where)
  else if (Array.isArray(given)) {
    assert.ok(Array.isArray(found), where)
    assert.equal(found.length, given.length, where)
    for (const [i, each] of given.entries()) assertHolds(found[i], each, `${where}.${i}`)
  } else if (given !== null && typeof given === "object") {
    assert.ok(found !== null && typeof found === "object", where)
    for (const [key, each] of Object.entries(given)) {
      if (each !== undefined) assertHolds((found as Record<string, unknown>)[key], each, `${where}.${key}`)
    }
  } else assert.equal(found, given, where)
}
