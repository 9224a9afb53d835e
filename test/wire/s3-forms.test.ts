import assert from "node:assert/strict"
import { connect } from "node:net"
import { describe, test } from "node:test"
import { STS } from "@aws-sdk/client-sts"
import { type Fields, post, signFormV2, signFormV4 } from "./s3-form-signing.ts"
import { allow, deny, openWorld, textOf, type World } from "./s3-world.ts"

const VERSIONS = { "Signature Version 2": signFormV2, "Signature Version 4": signFormV4 }
const rootOf = ({ server }: World) => server.client.credentials
const urlOf = ({ server, bucket }: World) => `${server.url}/${bucket}`

/** The code, the message and further elements of an error, without its ids. */
async function refusalOf(response: Response): Promise<Fields> {
  const elements = [...(await response.text()).matchAll(/<(\w+)>([^<]*)<\/\1>/g)]
  const entries = elements.map(([, name, text]) => [name, text!.replaceAll("&quot;", '"')])
  const { RequestId: _, HostId: __, ...rest } = Object.fromEntries(entries)
  return { status: String(response.status), ...rest }
}

for (const [version, sign] of Object.entries(VERSIONS))
  describe(`forms that upload, ${version}`, () => {
    test("an object is made of the fields and the file", async () => {
      await using world = await openWorld()
      const { s3, bucket } = world
      const fields = {
        acl: "private",
        "Content-Type": "text/x",
        "Cache-Control": "no-store",
        "Content-Disposition": 'attachment; filename="é日本.txt"',
        "x-amz-meta-name": "für S3",
        tagging: "<Tagging><TagSet><Tag><Key>a</Key><Value>b c</Value></Tag></TagSet></Tagging>",
        success_action_status: "201",
      }
      const signed = sign({ bucket, key: "up/${filename}", fields }, rootOf(world))
      const response = await post(urlOf(world), signed, "hello", "ä b.txt")
      assert.equal(response.status, 201)
      const location = `${urlOf(world)}/up%2F%C3%A4%20b.txt`
      assert.equal(response.headers.get("location"), location)
      assert.equal(
        await response.text(),
        `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse><Location>${location}</Location><Bucket>${bucket}</Bucket><Key>up/ä b.txt</Key><ETag>&quot;5d41402abc4b2a76b9719d911017c592&quot;</ETag></PostResponse>`,
      )
      const object = await s3.getObject({ Bucket: bucket, Key: "up/ä b.txt" })
      assert.equal(await textOf(object), "hello")
      assert.deepEqual([object.ContentType, object.CacheControl, object.TagCount], ["text/x", "no-store", 1])
      assert.equal(object.Metadata!.name, "=?UTF-8?Q?f=C3=BCr_S3?=")
      assert.equal(object.ContentDisposition, 'attachment; filename="é  .txt"')
    })

    test("the answer is as the form asks", async () => {
      await using world = await openWorld()
      const { bucket } = world
      const send = (fields: Fields) => post(urlOf(world), sign({ bucket, key: "k", fields }, rootOf(world)))
      for (const [asked, status] of [
        ["200", 200],
        ["204", 204],
        ["404", 204],
      ] as const) {
        const response = await send({ success_action_status: asked })
        assert.deepEqual([response.status, await response.text()], [status, ""])
      }
      assert.equal((await send({})).status, 204)
      const redirected = await send({ success_action_redirect: "https://a.example/done?x=1" })
      assert.equal(redirected.status, 303)
      assert.equal(
        redirected.headers.get("location"),
        "https://a.example/done?x=1&bucket=test-bucket&key=k&etag=%229a0364b9e99bb480dd25e1f0284c8555%22",
      )
      assert.equal((await send({ redirect: "nowhere" })).status, 204)
    })

    test("a large file streams", async () => {
      await using world = await openWorld()
      const { bucket, s3 } = world
      const content = new Uint8Array(3_000_001).fill(7)
      const response = await post(urlOf(world), sign({ bucket, key: "large" }, rootOf(world)), content)
      assert.equal(response.status, 204)
      const { ContentLength, ContentType } = await s3.headObject({ Bucket: bucket, Key: "large" })
      assert.deepEqual([ContentLength, ContentType], [3_000_001, "binary/octet-stream"])
    })

    const failed = (condition: string) => ({
      status: "403",
      Code: "AccessDenied",
      Message: `Invalid according to Policy: Policy Condition failed: ${condition}`,
    })
    const CONDITIONS: [name: string, fields: Fields, conditions: unknown[], refusal?: Fields][] = [
      ["exact", { acl: "private" }, [{ acl: "private" }, ["eq", "$ACL", "private"]]],
      ["not exact", { acl: "private" }, [{ acl: "public-read" }], failed('["eq", "$acl", "public-read"]')],
      ["beginning", { "x-amz-meta-a": "abc" }, [["starts-with", "$x-amz-meta-a", "ab"]]],
      [
        "another beginning",
        { "x-amz-meta-a": "abc" },
        [["starts-with", "$x-amz-meta-a", "b"]],
        failed('["starts-with", "$x-amz-meta-a", "b"]'),
      ],
      ["any value", { "x-amz-meta-a": "abc" }, [["starts-with", "$x-amz-meta-a", ""]]],
      ["a field that is not there", {}, [["starts-with", "$acl", ""]], failed('["starts-with", "$acl", ""]')],
      ["no dollar", { acl: "private" }, [["eq", "acl", "private"]], failed('["eq", "acl", "private"]')],
      ["an unknown operator", { acl: "private" }, [["like", "$acl", "private"]], failed('["like", "$acl", "private"]')],
      ["every type of a list", { "Content-Type": "image/a,image/b" }, [["starts-with", "$Content-Type", "image/"]]],
      [
        "one type of a list",
        { "Content-Type": "image/a,text/b" },
        [["starts-with", "$Content-Type", "image/"]],
        failed('["starts-with", "$Content-Type", "image/"]'),
      ],
      [
        "two properties",
        {},
        [{ acl: "private", key: "k" }],
        {
          status: "400",
          Code: "InvalidPolicyDocument",
          Message:
            "Invalid Policy: Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.",
        },
      ],
      ["a length", {}, [["content-length-range", 7, 7]]],
      [
        "a lesser length",
        {},
        [["content-length-range", 1, 6]],
        {
          status: "400",
          Code: "EntityTooLarge",
          Message: "Your proposed upload exceeds the maximum allowed size",
          ProposedSize: "7",
          MaxSizeAllowed: "6",
        },
      ],
      [
        "a greater length",
        {},
        [["content-length-range", 8, 9]],
        {
          status: "400",
          Code: "EntityTooSmall",
          Message: "Your proposed upload is smaller than the minimum allowed size",
          ProposedSize: "7",
          MinSizeAllowed: "8",
        },
      ],
      [
        "a length of words",
        {},
        [["content-length-range", "test", 10]],
        failed('["content-length-range", "test", "10"]'),
      ],
      [
        "a length without words",
        {},
        [["content-length-range", { toString: null }, 10]],
        failed('["content-length-range", "{\\"toString\\":null}", "10"]'),
      ],
      [
        "an operator without words",
        {},
        [[{ toString: null }, "$key", "k"]],
        failed('["{\\"toString\\":null}", "$key", "k"]'),
      ],
    ]
    test("the policy is held against the form", async () => {
      await using world = await openWorld()
      const { bucket, s3 } = world
      for (const [name, fields, conditions, refusal] of CONDITIONS) {
        const signed = sign({ bucket, key: name, conditions }, rootOf(world))
        const response = await post(urlOf(world), { ...fields, ...signed })
        if (refusal) {
          assert.deepEqual(await refusalOf(response), refusal, name)
          await assert.rejects(s3.headObject({ Bucket: bucket, Key: name }), { name: "NotFound" })
        } else assert.equal(response.status, 204, `${name}: ${await response.text()}`)
      }
    })

    test("what no condition names is refused", async () => {
      await using world = await openWorld()
      const signed = sign({ bucket: world.bucket, key: "k" }, rootOf(world))
      const extra = await post(urlOf(world), { "x-amz-meta-a": "1", ...signed })
      assert.equal((await refusalOf(extra)).Message, "Invalid according to Policy: Extra input fields: x-amz-meta-a")
      assert.equal((await post(urlOf(world), { "x-ignore-a": "1", ...signed })).status, 204)
      const other = await post(`${world.server.url}/another-bucket`, signed)
      assert.match((await refusalOf(other)).Message!, /\["eq", "\$bucket", "test-bucket"\]/)
      const key = await post(urlOf(world), { ...signed, key: "another" })
      assert.match((await refusalOf(key)).Message!, /\["eq", "\$key", "k"\]/)
    })

    const POLICIES: [policy: string, message: RegExp][] = [
      ["{", /^Invalid Policy: Invalid JSON/],
      ["[]", /^Invalid Policy: Invalid JSON/],
      ["{}", /expiration/],
      ['{"expiration":"soon","conditions":[]}', /^Invalid Policy: Invalid 'expiration' value: 'soon'/],
      ['{"expiration":"2999-01-01T00:00:00Z"}', /conditions/],
      ['{"expiration":"2999-01-01T00:00:00Z","conditions":[null]}', /Simple-Condition/],
      ['{"expiration":"2999-01-01T00:00:00Z","conditions":[{"__proto__":1,"a":2}]}', /Simple-Condition/],
    ]
    test("a form is no copy, whatever it says", async () => {
      await using world = await openWorld()
      const { bucket, s3 } = world
      await s3.putObject({ Bucket: bucket, Key: "other", Body: "other" })
      const fields = {
        "x-amz-copy-source": `${bucket}/other`,
        "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      }
      assert.equal((await post(urlOf(world), sign({ bucket, key: "k", fields }, rootOf(world)))).status, 204)
      assert.equal(await textOf(await s3.getObject({ Bucket: bucket, Key: "k" })), "content")
    })

    test("a field is not the bucket, whatever it says", async () => {
      await using world = await openWorld()
      const { bucket, s3 } = world
      await s3.createBucket({ Bucket: "another-bucket" })
      const signed = { ...sign({ bucket, key: "k" }, rootOf(world)), bucket }
      const other = await post(`${world.server.url}/another-bucket`, signed)
      assert.match((await refusalOf(other)).Message!, /\["eq", "\$bucket", "test-bucket"\]/)
      await assert.rejects(s3.headObject({ Bucket: "another-bucket", Key: "k" }), { name: "NotFound" })
      assert.equal((await post(urlOf(world), signed)).status, 204)
    })

    test("malformed and expired policies", async () => {
      await using world = await openWorld()
      const { bucket } = world
      for (const [policy, message] of POLICIES) {
        const response = await post(urlOf(world), sign({ bucket, key: "k", policy }, rootOf(world)))
        const { Code, status, Message } = await refusalOf(response)
        assert.deepEqual([Code, status], ["InvalidPolicyDocument", "400"], policy)
        assert.match(Message!, message)
      }
      const expired = await post(urlOf(world), sign({ bucket, key: "k", expiresInSeconds: -1 }, rootOf(world)))
      assert.deepEqual(await refusalOf(expired), {
        status: "403",
        Code: "AccessDenied",
        Message: "Invalid according to Policy: Policy expired.",
      })
    })

    test("the signer must be known and the signature right", async () => {
      await using world = await openWorld()
      const { bucket } = world
      const root = rootOf(world)
      const asked = { bucket, key: "k" }
      const wrong = await refusalOf(await post(urlOf(world), sign(asked, { ...root, secretAccessKey: "other" })))
      assert.deepEqual([wrong.status, wrong.Code], ["403", "SignatureDoesNotMatch"])
      assert.ok(wrong.StringToSign)
      const nobody = await refusalOf(await post(urlOf(world), sign(asked, { ...root, accessKeyId: "AKIANOBODY" })))
      assert.deepEqual([nobody.status, nobody.Code, nobody.AWSAccessKeyId], ["403", "InvalidAccessKeyId", "AKIANOBODY"])
      const signed = sign(asked, root)
      for (const name of ["signature", "X-Amz-Signature", "AWSAccessKeyId", "X-Amz-Algorithm", "key"]) {
        if (!(name in signed)) continue
        const { [name]: _, ...without } = signed
        const { status, Code, Message, ArgumentName } = await refusalOf(await post(urlOf(world), without))
        assert.deepEqual([status, Code], ["400", "InvalidArgument"])
        const wire = name === "signature" ? "Signature" : name
        assert.equal(ArgumentName, wire)
        assert.equal(
          Message,
          `Bucket POST must contain a field named '${wire}'.  If it is specified, please check the order of the fields.`,
        )
      }
    })

    test("temporary credentials", async () => {
      await using world = await openWorld()
      const { bucket, server } = world
      const { Credentials: made } = await new STS(server.client).getFederationToken({
        Name: "form",
        Policy: JSON.stringify({ Version: "2012-10-17", Statement: [allow("s3:PutObject", "*")] }),
      })
      const credentials = {
        accessKeyId: made!.AccessKeyId!,
        secretAccessKey: made!.SecretAccessKey!,
        sessionToken: made!.SessionToken!,
      }
      assert.equal((await post(urlOf(world), sign({ bucket, key: "k" }, credentials))).status, 204)
      const broken = sign({ bucket, key: "k" }, { ...credentials, sessionToken: "broken" })
      assert.equal((await refusalOf(await post(urlOf(world), broken))).Code, "InvalidToken")
    })

    test("it takes the permissions of a PutObject, and policies may ask how it came", async () => {
      await using world = await openWorld()
      const { bucket, s3 } = world
      const objects = `arn:aws:s3:::${bucket}/*`
      const nobody = await world.user("nobody", [])
      const writer = await world.user("writer", [
        allow("s3:PutObject", objects, { StringEquals: { "s3:authType": "POST" } }),
      ])
      const send = async (user: typeof nobody, fields: Fields = {}) =>
        post(urlOf(world), sign({ bucket, key: "k", fields }, await user.s3.config.credentials()))
      const refused = await refusalOf(await send(nobody))
      assert.equal(
        refused.Message,
        `User: ${nobody.arn} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::${bucket}/k" because no identity-based policy allows the s3:PutObject action`,
      )
      assert.equal((await send(writer)).status, 204)
      const tagged = await send(writer, {
        tagging: "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>",
      })
      assert.match((await refusalOf(tagged)).Message!, /s3:PutObjectTagging/)
      const version = version4 ? "AWS4-HMAC-SHA256" : "AWS"
      await s3.putBucketPolicy({
        Bucket: bucket,
        Policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            { ...deny("s3:PutObject", objects, { StringEquals: { "s3:signatureversion": version } }), Principal: "*" },
          ],
        }),
      })
      assert.match((await refusalOf(await send(writer))).Message!, /explicit deny in a resource-based policy/)
    })
    const version4 = sign === signFormV4
  })

describe("forms without a signature", () => {
  test("need a bucket that is open", async () => {
    await using world = await openWorld()
    const { bucket, s3 } = world
    const closed = await post(urlOf(world), { key: "k" })
    assert.deepEqual(await refusalOf(closed), { status: "403", Code: "AccessDenied", Message: "Access Denied" })
    await s3.deletePublicAccessBlock({ Bucket: bucket })
    await s3.putBucketPolicy({
      Bucket: bucket,
      Policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ ...allow("s3:PutObject", `arn:aws:s3:::${bucket}/*`), Principal: "*" }],
      }),
    })
    assert.equal((await post(urlOf(world), { key: "k" })).status, 204)
  })

  const boundary = "multipart/form-data; boundary=x"
  const part = (name: string, value: string) =>
    `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  const MALFORMED: [name: string, type: string, body: string, expected: Fields][] = [
    [
      "another type",
      "text/plain",
      "a",
      {
        status: "412",
        Code: "PreconditionFailed",
        Message: "At least one of the pre-conditions you specified did not hold",
        Condition: "Bucket POST must be of the enclosure-type multipart/form-data",
      },
    ],
    ...[
      ["no boundary", "multipart/form-data", "a"],
      ["no parts", boundary, "a"],
      ["an end before the end", boundary, part("key", "k")],
    ].map(([name, type, body]): [string, string, string, Fields] => [
      name!,
      type!,
      body!,
      {
        status: "400",
        Code: "MalformedPOSTRequest",
        Message: "The body of your POST request is not well-formed multipart/form-data.",
      },
    ]),
    [
      "no file",
      boundary,
      `${part("key", "k")}--x--\r\n`,
      {
        status: "400",
        Code: "InvalidArgument",
        Message: "POST requires exactly one file upload per request.",
        ArgumentName: "file",
        ArgumentValue: "0",
      },
    ],
    [
      "an empty key",
      boundary,
      `${part("key", "")}${part("file", "content")}--x--\r\n`,
      {
        status: "400",
        Code: "InvalidArgument",
        Message: "User key must have a length greater than 0.",
        ArgumentName: "key",
        ArgumentValue: "",
      },
    ],
    [
      "a name that no header can have",
      boundary,
      `${part("key", "k")}${part("x-amz-meta-a b", "1")}${part("file", "content")}--x--\r\n`,
      {
        status: "400",
        Code: "InvalidArgument",
        Message: "The name of the field is invalid.",
        ArgumentName: "x-amz-meta-a b",
        ArgumentValue: "1",
      },
    ],
    [
      "fields that are too long",
      boundary,
      `${part("key", "k")}${part("x-amz-meta-a", "a".repeat(21_000))}${part("file", "content")}--x--\r\n`,
      {
        status: "400",
        Code: "MaxPostPreDataLengthExceeded",
        Message: "Your POST request fields preceeding the upload file was too large.",
        MaxPostPreDataLengthBytes: "20480",
      },
    ],
    [
      "more fields than any form has",
      boundary,
      `${part("key", "k")}${Array.from({ length: 300 }, (_, i) => part(`f${i}`, "")).join("")}${part("file", "content")}--x--\r\n`,
      {
        status: "400",
        Code: "MaxPostPreDataLengthExceeded",
        Message: "Your POST request fields preceeding the upload file was too large.",
        MaxPostPreDataLengthBytes: "20480",
      },
    ],
  ]
  test("malformed forms", async () => {
    await using world = await openWorld()
    for (const [name, type, body, expected] of MALFORMED) {
      const response = await fetch(urlOf(world), { method: "POST", headers: { "content-type": type }, body })
      assert.deepEqual(await refusalOf(response), expected, name)
    }
  })

  test("a file that ends in the middle leaves nothing", async () => {
    await using world = await openWorld()
    const { bucket, s3, server } = world
    const signed = signFormV2({ bucket, key: "cut" }, rootOf(world))
    const head = Object.entries(signed)
      .map(([name, value]) => part(name, value))
      .join("")
    const body = `${head}--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nbeginning`
    const response = await fetch(urlOf(world), { method: "POST", headers: { "content-type": boundary }, body })
    assert.equal((await refusalOf(response)).Code, "MalformedPOSTRequest")
    await new Promise<void>((resolve, reject) => {
      const { hostname, port } = new URL(server.url)
      const socket = connect(Number(port), hostname, () => {
        socket.write(
          `POST /${bucket} HTTP/1.1\r\nHost: h\r\nContent-Type: ${boundary}\r\nContent-Length: 100000\r\n\r\n${body}`,
          () => setTimeout(() => socket.destroy(), 50),
        )
      })
      socket.once("close", () => resolve()).once("error", reject)
    })
    await assert.rejects(s3.headObject({ Bucket: bucket, Key: "cut" }), { name: "NotFound" })
  })
})
