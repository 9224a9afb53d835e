import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { test } from "node:test"
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { startServer } from "../harness/server.ts"

test("tags that come in a body are looked at where a policy asks for them", async () => {
  await using server = await startServer()
  const Bucket = "tagged-by-anybody"
  const s3 = new S3Client({ ...server.client, forcePathStyle: true })
  await s3.send(new CreateBucketCommand({ Bucket }))
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket }))
  const Statement = {
    Effect: "Allow",
    Principal: "*",
    Action: "s3:PutObjectTagging",
    Resource: `arn:aws:s3:::${Bucket}/*`,
    Condition: { StringEquals: { "s3:RequestObjectTag/team": "a" } },
  }
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: "2012-10-17", Statement }) }))
  await s3.send(new PutObjectCommand({ Bucket, Key: "key", Body: "x" }))
  const tagged = async (team: string) => {
    const body = `<Tagging><TagSet><Tag><Key>team</Key><Value>${team}</Value></Tag></TagSet></Tagging>`
    const headers = { "content-md5": createHash("md5").update(body).digest("base64") }
    return (await fetch(`${server.url}/${Bucket}/key?tagging`, { method: "PUT", headers, body })).status
  }
  assert.equal(await tagged("a"), 200)
  assert.equal(await tagged("b"), 403)
})
