import { createHmac } from "node:crypto"
import type { Credentials } from "../harness/server.ts"

export type Fields = Record<string, string>

interface Asked {
  bucket: string
  key: string
  fields?: Fields
  conditions?: unknown[]
  /** From now; negative for the past. */
  expiresInSeconds?: number
  /** In place of the policy that the others make. */
  policy?: string
}

const base64 = (text: string) => Buffer.from(text).toString("base64")

function policyOf({ bucket, key, fields = {}, conditions = [], expiresInSeconds = 600 }: Asked, more: object[] = []) {
  const ofKey = key.endsWith("${filename}") ? ["starts-with", "$key", key.slice(0, -"${filename}".length)] : { key }
  const ofFields = Object.entries(fields).map(([name, value]) => ({ [name]: value }))
  return JSON.stringify({
    expiration: new Date(Date.now() + expiresInSeconds * 1000).toISOString(),
    conditions: [{ bucket }, ofKey, ...ofFields, ...conditions, ...more],
  })
}

/** The fields of a form as boto3's `generate_presigned_post` gives them by default. */
export function signFormV2(asked: Asked, { accessKeyId, secretAccessKey, sessionToken }: Credentials): Fields {
  const token: Fields = sessionToken === undefined ? {} : { "x-amz-security-token": sessionToken }
  const policy = base64(asked.policy ?? policyOf(asked, sessionToken === undefined ? [] : [token]))
  return {
    key: asked.key,
    ...asked.fields,
    ...token,
    AWSAccessKeyId: accessKeyId,
    policy,
    signature: createHmac("sha1", secretAccessKey).update(policy).digest("base64"),
  }
}

/** The same with Signature Version 4. */
export function signFormV4(asked: Asked, { accessKeyId, secretAccessKey, sessionToken }: Credentials): Fields {
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, "")
  const scope = `${date.slice(0, 8)}/us-east-1/s3/aws4_request`
  const own: Fields = {
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": `${accessKeyId}/${scope}`,
    "X-Amz-Date": date,
    ...(sessionToken !== undefined && { "X-Amz-Security-Token": sessionToken }),
  }
  const conditions = Object.entries(own).map(([name, value]) => ({ [name]: value }))
  const policy = base64(asked.policy ?? policyOf(asked, conditions))
  const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest()
  const signingKey = scope.split("/").reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`)
  const signature = hmac(signingKey, policy).toString("hex")
  return { key: asked.key, ...asked.fields, ...own, Policy: policy, "X-Amz-Signature": signature }
}

/** Posts the fields and, last, the file. */
export function post(url: string, fields: Fields, content: string | Uint8Array = "content", fileName = "file.txt") {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  form.append("file", new Blob([content as Uint8Array<ArrayBuffer>], { type: "text/html" }), fileName)
  return fetch(url, { method: "POST", body: form, redirect: "manual" })
}
