import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { X509Certificate } from "node:crypto"
import { once } from "node:events"
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { Agent } from "node:https"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { connect } from "node:tls"
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from "@aws-sdk/client-iam"
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { runCommand } from "../harness/command.ts"
import { findOrInstall } from "../harness/debian.ts"
import { eventually } from "../harness/eventually.ts"
import { type ServerProcess, startServerProcess } from "../harness/server-process.ts"

const directory = mkdtempSync(join(tmpdir(), "hallpass-tls-"))
const certificate = join(directory, "cert.pem")
const key = join(directory, "key.pem")
let server: ServerProcess

/** A certificate of this machine that vouches for itself. */
function issue(name: string): { certificate: string; key: string } {
  const files = { certificate: join(directory, `${name}.crt`), key: join(directory, `${name}.key`) }
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-days", "2"]
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
  const out = ["-keyout", files.key, "-out", files.certificate]
  execFileSync(findOrInstall("openssl"), ["req", "-x509", ...curve, ...names, ...out], { stdio: "pipe" })
  return files
}

function use(files: { certificate: string; key: string }): void {
  copyFileSync(files.certificate, certificate)
  copyFileSync(files.key, key)
}

/** The certificate that a new connection is shown. */
async function shown(): Promise<string> {
  const { hostname, port } = new URL(server.url)
  const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false })
  await once(socket, "secureConnect")
  const { fingerprint256 } = socket.getPeerCertificate()
  socket.destroy()
  return fingerprint256
}

const fingerprint = (file: string) => new X509Certificate(readFileSync(file)).fingerprint256

before(async () => {
  use(issue("first"))
  server = await startServerProcess(["--memory", "--tls-cert", certificate, "--tls-key", key])
})
after(async () => {
  await server.stop()
  rmSync(directory, { recursive: true, force: true })
})

test("clients that know the certificate's authority are answered by https, and by nothing else", async () => {
  assert.match(server.url, /^https:\/\/127\.0\.0\.1:\d+$/)
  const trusting = { ...server.client, requestHandler: { httpsAgent: new Agent({ ca: readFileSync(certificate) }) } }
  const s3 = new S3Client({ ...trusting, forcePathStyle: true })
  const object = { Bucket: "shelf", Key: "book" }
  await s3.send(new CreateBucketCommand({ Bucket: object.Bucket }))
  await s3.send(new PutObjectCommand({ ...object, Body: "text" }))
  assert.equal(await (await s3.send(new GetObjectCommand(object))).Body!.transformToString(), "text")

  const iam = new IAMClient(trusting)
  const UserName = "ann"
  await iam.send(new CreateUserCommand({ UserName }))
  const Condition = { Bool: { "aws:SecureTransport": "true" } }
  const Statement = { Effect: "Allow", Action: "s3:ListAllMyBuckets", Resource: "*", Condition }
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement })
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "p", PolicyDocument }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  const credentials = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
  const { Buckets } = await new S3Client({ ...trusting, credentials }).send(new ListBucketsCommand({}))
  assert.equal(Buckets!.length, 1)

  await assert.rejects(new S3Client({ ...server.client, forcePathStyle: true }).send(new ListBucketsCommand({})))
  await assert.rejects(fetch(server.url.replace("https:", "http:")))
})

test("SIGHUP reads a renewed certificate, and one that cannot be used leaves the one before", async () => {
  assert.equal(await shown(), fingerprint(certificate))
  const second = issue("second")
  use(second)
  process.kill(server.pid, "SIGHUP")
  await eventually(async () => (await shown()) === fingerprint(second.certificate))
  writeFileSync(certificate, "no certificate")
  process.kill(server.pid, "SIGHUP")
  for (let i = 0; i < 3; i++) assert.equal(await shown(), fingerprint(second.certificate))
})

test("what cannot be used is told in one line", async () => {
  const [one, other] = [issue("one"), issue("other")]
  const start = (cert: string, key: string) =>
    runCommand(["start", "--memory", "--port", "0", "--tls-cert", cert, "--tls-key", key])
  for (const [cert, itsKey, text] of [
    [one.certificate, other.key, /--tls-key \S+ is not that of the certificate\./],
    [one.key, one.key, /--tls-cert \S+ holds no certificate in PEM\./],
    [one.certificate, one.certificate, /--tls-key \S+ cannot be used: /],
  ] as const) {
    const { code, stderr } = await start(cert, itsKey)
    assert.equal(code, 2, stderr)
    assert.match(stderr, text)
    assert.match(stderr, /^hallpass start: [^\n]+\n$/)
  }
})
