import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { S3 } from "@aws-sdk/client-s3"
import { FUNCTION_FLAGS } from "../harness/functions.ts"
import { zipOf } from "../harness/zip.ts"
import { invalidates, type LambdaWorld, openLambdaWorld } from "./lambda-world.ts"

let world: LambdaWorld
let s3: S3
const FunctionName = "failing"
const BUCKET = "arn:aws:s3:::failures"

before(async () => {
  world = await openLambdaWorld([...FUNCTION_FLAGS])
  s3 = new S3({ ...world.server.client, forcePathStyle: true })
  await s3.createBucket({ Bucket: "failures" })
  const code = 'export const handler = async () => { throw new Error("as asked") }'
  await world.create(FunctionName, { Code: { ZipFile: zipOf({ "index.mjs": code }) } })
})
after(() => world[Symbol.asyncDispose]())

const allow = (...statements: object[]) =>
  world.iam.putRolePolicy({
    RoleName: "function-role",
    PolicyName: "writes",
    PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
  })
const WRITES = { Effect: "Allow", Action: "s3:PutObject", Resource: `${BUCKET}/*` }
const LISTS = { Effect: "Allow", Action: "s3:ListBucket", Resource: BUCKET }

const failTo = (Destination: string) =>
  world.lambda.putFunctionEventInvokeConfig({
    FunctionName,
    MaximumRetryAttempts: 0,
    DestinationConfig: { OnFailure: { Destination } },
  })

const run = async (event: unknown): Promise<string> => {
  const Payload = JSON.stringify(event)
  const { $metadata } = await world.lambda.invoke({ FunctionName, InvocationType: "Event", Payload })
  await world.server.work.settle()
  return $metadata.requestId!
}
const keys = async () => (await s3.listObjectsV2({ Bucket: "failures" })).Contents?.map(({ Key }) => Key!) ?? []

describe("a bucket for what failed", () => {
  it("is one that the function's role may list and write to", async () => {
    await allow(LISTS)
    await invalidates(failTo(BUCKET), "The provided execution role does not have permissions to call PutObject on S3")
    await allow({ ...WRITES, Resource: `${BUCKET}/aws/*` }, LISTS)
    await invalidates(failTo(BUCKET), "The provided execution role does not have permissions to call PutObject on S3")
    await allow(WRITES)
    await invalidates(failTo(BUCKET), "The provided execution role does not have permissions to call ListBucket on S3")
    await allow({ Effect: "Allow", Action: "s3:*", Resource: "*" })
    await invalidates(failTo("arn:aws:s3:::nobodys"), "The destination ARN arn:aws:s3:::nobodys is invalid.")
    await allow(WRITES, LISTS)
    const { DestinationConfig } = await failTo(BUCKET)
    assert.deepEqual(DestinationConfig, { OnSuccess: {}, OnFailure: { Destination: BUCKET } })
  })

  it("takes nothing that succeeded, and no dead letters", async () => {
    await allow(WRITES, LISTS)
    const OnSuccess = { Destination: BUCKET }
    await invalidates(
      world.lambda.putFunctionEventInvokeConfig({ FunctionName, DestinationConfig: { OnSuccess } }),
      `The destination ARN ${BUCKET} is invalid.`,
    )
    await invalidates(
      world.lambda.updateFunctionConfiguration({ FunctionName, DeadLetterConfig: { TargetArn: BUCKET } }),
      `The destination ARN ${BUCKET} is invalid.`,
    )
  })

  it("gets an object for each, by the function's role", async () => {
    await allow(WRITES, LISTS)
    await failTo(BUCKET)
    const requestId = await run({ a: 1 })
    const [Key, ...others] = await keys()
    assert.deepEqual(others, [])
    const [, day, month, year, stamp] =
      /^aws\/lambda\/async\/failing\/((\d{4})\/(\d\d)\/\d\d)\/(\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d)-[0-9a-f-]{36}$/.exec(
        Key!,
      ) ?? assert.fail(Key)
    assert.ok(stamp!.startsWith(day!.replaceAll("/", "-")), `${month} ${year}`)
    const { Body, ContentType } = await s3.getObject({ Bucket: "failures", Key: Key! })
    assert.equal(ContentType, "application/json")
    const { timestamp: _, responsePayload, ...record } = JSON.parse(await Body!.transformToString())
    assert.deepEqual(record, {
      version: "1.0",
      requestContext: {
        requestId,
        functionArn: `${world.arn(FunctionName)}:$LATEST`,
        condition: "RetriesExhausted",
        approximateInvokeCount: 1,
      },
      requestPayload: { a: 1 },
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    })
    assert.equal(responsePayload.errorMessage, "as asked")
  })

  it("gets nothing where the role may not any more, and that is told", async () => {
    await allow(WRITES, LISTS)
    await failTo(BUCKET)
    const before = await keys()
    await allow(LISTS)
    await run({ b: 2 })
    assert.deepEqual(await keys(), before)
    const [refused] = await world.server.decisions.list({ refused: true })
    assert.equal(refused!.operation, "PutObject")
    assert.equal(refused!.caller, "arn:aws:sts::123456789012:assumed-role/function-role/failing")
    assert.match(
      await world.server.explain(refused!.requestId),
      /No statement of a policy of the role allows s3:PutObject on arn:aws:s3:::failures\/aws\/lambda\/async\/failing\//,
    )
  })

  it("and of the bucket's own policy it is told as well", async () => {
    await allow(WRITES, LISTS)
    await failTo(BUCKET)
    const before = await keys()
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: `${BUCKET}/*` }],
    })
    await s3.putBucketPolicy({ Bucket: "failures", Policy })
    await run({ c: 3 })
    assert.deepEqual(await keys(), before)
    const [refused] = await world.server.decisions.list({ refused: true })
    assert.match(await world.server.explain(refused!.requestId), /den/i)
    await s3.deleteBucketPolicy({ Bucket: "failures" })
  })
})
