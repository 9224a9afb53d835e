import assert from "node:assert/strict"
import { createPublicKey, generateKeyPairSync } from "node:crypto"
import { after, before, describe, it } from "node:test"
import {
  CreateServiceSpecificCredentialCommand,
  CreateUserCommand,
  DeleteServiceSpecificCredentialCommand,
  DeleteSigningCertificateCommand,
  DeleteSSHPublicKeyCommand,
  DeleteUserCommand,
  GetAccountSummaryCommand,
  GetSSHPublicKeyCommand,
  IAMClient,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  ResetServiceSpecificCredentialCommand,
  UpdateServiceSpecificCredentialCommand,
  UpdateSigningCertificateCommand,
  UpdateSSHPublicKeyCommand,
  UploadSigningCertificateCommand,
  UploadSSHPublicKeyCommand,
} from "@aws-sdk/client-iam"
import { startServer, type TestServer } from "../harness/server.ts"
import { allow, createPerson, refused } from "./iam-world.ts"

const pem = (lines: string) => `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
/** Signed by themselves, good for a hundred years. */
const CERTIFICATES = [
  pem(`MIIBijCCATGgAwIBAgIUJxH4Ae3BWo1S6mepuucwrzmCo4IwCgYIKoZIzj0EAwIw
GjEYMBYGA1UEAwwPb25lLmV4YW1wbGUuY29tMCAXDTI2MTEyNzE4MzYxNFoYDzIx
MjYxMTAzMTgzNjE0WjAaMRgwFgYDVQQDDA9vbmUuZXhhbXBsZS5jb20wWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAARt84MvugV7WTVibrAgkzjfDZbnYAmT4vCpfrJL
JYICYZLGO4ZGjWGBKwdmKUsOb+ErUSuXNSYmW7SwZz98gp5To1MwUTAdBgNVHQ4E
FgQUDWuiLiGTOLNK31pr/6G/lF1ZWWMwHwYDVR0jBBgwFoAUDWuiLiGTOLNK31pr
/6G/lF1ZWWMwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiBvz0fW
Z4uYWPbpRHJLj71fHUdKM4QxUtXBMk+eI5xCPwIgGy1EGhSD5DON1562CcnlZrvy
64v+jYv2IzVoUEctFjc=`),
  pem(`MIIBjDCCATGgAwIBAgIUWtcAD0kKsgbO1NsLy33NPlk4guMwCgYIKoZIzj0EAwIw
GjEYMBYGA1UEAwwPdHdvLmV4YW1wbGUuY29tMCAXDTI2MTEyNzE4MzYxNFoYDzIx
MjYxMTAzMTgzNjE0WjAaMRgwFgYDVQQDDA90d28uZXhhbXBsZS5jb20wWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAASUXI7Vi0jptl9Q9XtflXxYejNe7uq6OdYdbB/N
KlzJU0QUIz8xZ8Rjq7YxMx0pc1pOZLR0JrrBzYnO5IHMUQqZo1MwUTAdBgNVHQ4E
FgQUxrifhKSXCTrV1gL39PjmlhUdbG4wHwYDVR0jBBgwFoAUxrifhKSXCTrV1gL3
9PjmlhUdbG4wDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEA3NOj
iiJ7gUCLu/DaoCgy96Hzj+0Ydhj4lMNkIzTOylsCIQCsWEhp1GB4eDxle65XBkY4
TMOeDyshQV07MBcJtTKJLQ==`),
] as const

/** Cut off in the middle. */
const HALF = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ"

const UserName = "carol"

describe("what users have besides passwords and access keys", () => {
  let server: TestServer
  let iam: IAMClient
  before(async () => {
    server = await startServer()
    iam = new IAMClient(server.client)
    await iam.send(new CreateUserCommand({ UserName }))
  })
  after(() => server[Symbol.asyncDispose]())

  const rsa = (modulusLength = 2048) =>
    generateKeyPairSync("rsa", { modulusLength }).publicKey.export({ type: "spki", format: "pem" }).toString()
  const upload = (SSHPublicKeyBody: string) => iam.send(new UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody }))

  it("are SSH public keys, in either form", async () => {
    const list = async () => (await iam.send(new ListSSHPublicKeysCommand({ UserName }))).SSHPublicKeys
    assert.deepEqual(await list(), [])
    const text = rsa()
    const { SSHPublicKey } = await upload(text)
    const SSHPublicKeyId = SSHPublicKey!.SSHPublicKeyId!
    assert.match(SSHPublicKeyId, /^APKA[A-Z2-7]{17}$/)
    assert.match(SSHPublicKey!.Fingerprint!, /^[0-9a-f]{2}(:[0-9a-f]{2}){15}$/)
    assert.equal(SSHPublicKey!.SSHPublicKeyBody, text)
    assert.equal(SSHPublicKey!.Status, "Active")
    const read = async (Encoding: "SSH" | "PEM") =>
      (await iam.send(new GetSSHPublicKeyCommand({ UserName: "CAROL", SSHPublicKeyId, Encoding }))).SSHPublicKey!
    assert.ok(createPublicKey((await read("PEM")).SSHPublicKeyBody!).equals(createPublicKey(text)))
    const ssh = (await read("SSH")).SSHPublicKeyBody!
    assert.match(ssh, /^ssh-rsa AAAAB3NzaC1yc2E[A-Za-z0-9+/=]+$/)
    assert.equal((await read("SSH")).UserName, UserName)
    await refused(upload(`${ssh} carol@desk`), "DuplicateSSHPublicKey", 400)
    await iam.send(new UpdateSSHPublicKeyCommand({ UserName, SSHPublicKeyId, Status: "Inactive" }))
    assert.deepEqual(
      (await list())?.map((key) => [key.SSHPublicKeyId, key.Status]),
      [[SSHPublicKeyId, "Inactive"]],
    )
    await refused(upload("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI"), "UnrecognizedPublicKeyEncoding", 400)
    for (const bad of [HALF, "ssh-rsa !", rsa(1024), "-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----"])
      await refused(upload(bad), "InvalidPublicKey", 400)
    for (let i = 0; i < 4; i++) await upload(rsa())
    await refused(upload(rsa()), "LimitExceeded", 409, "Cannot exceed quota for SSHPublicKeysPerUser: 5")
    await refused(iam.send(new DeleteUserCommand({ UserName })), "DeleteConflict", 409)
    for (const { SSHPublicKeyId } of (await list())!)
      await iam.send(new DeleteSSHPublicKeyCommand({ UserName, SSHPublicKeyId }))
    await refused(iam.send(new DeleteSSHPublicKeyCommand({ UserName, SSHPublicKeyId })), "NoSuchEntity", 404)
    await refused(
      iam.send(new GetSSHPublicKeyCommand({ UserName, SSHPublicKeyId, Encoding: "SSH" })),
      "NoSuchEntity",
      404,
    )
  })

  it("are signing certificates, which the root user has too", async () => {
    const [one, two] = CERTIFICATES
    const person = await createPerson(server, "signer", allow("iam:*"))
    for (const [client, name, of] of [
      [iam, undefined, {}],
      [person.iam, "signer", {}],
      [iam, UserName, { UserName }],
    ] as const) {
      const list = async () => (await client.send(new ListSigningCertificatesCommand(of))).Certificates
      assert.deepEqual(await list(), [])
      const upload = (CertificateBody: string) =>
        client.send(new UploadSigningCertificateCommand({ ...of, CertificateBody }))
      const { Certificate } = await upload(one)
      const CertificateId = Certificate!.CertificateId!
      assert.match(CertificateId, /^[A-Z0-9]{32}$/)
      assert.equal(Certificate!.UserName, name)
      await refused(upload(one), "DuplicateCertificate", 409)
      await refused(upload("no certificate"), "MalformedCertificate", 400)
      await client.send(new UpdateSigningCertificateCommand({ ...of, CertificateId, Status: "Inactive" }))
      const [listed] = (await list())!
      assert.deepEqual([listed?.CertificateBody, listed?.Status, listed?.UserName], [one, "Inactive", name])
      if (name === undefined) {
        const { SummaryMap } = await iam.send(new GetAccountSummaryCommand({}))
        assert.equal(SummaryMap?.AccountSigningCertificatesPresent, 1)
      }
      await upload(two)
      await client.send(new DeleteSigningCertificateCommand({ ...of, CertificateId }))
      const again = client.send(new DeleteSigningCertificateCommand({ ...of, CertificateId }))
      await refused(again, "NoSuchEntity", 404)
    }
    const conflict = "Cannot delete entity, must delete signing certificates first."
    await refused(iam.send(new DeleteUserCommand({ UserName })), "DeleteConflict", 409, conflict)
    const { Certificates } = await iam.send(new ListSigningCertificatesCommand({ UserName }))
    for (const { CertificateId } of Certificates!)
      await iam.send(new DeleteSigningCertificateCommand({ UserName, CertificateId }))
  })

  it("are credentials of single services, whose secret is told once", async () => {
    const create = (ServiceName: string, more: object = {}) =>
      iam.send(new CreateServiceSpecificCredentialCommand({ UserName, ServiceName, ...more }))
    const git = "codecommit.amazonaws.com"
    const { ServiceSpecificCredential: first } = await create(git)
    const ServiceSpecificCredentialId = first!.ServiceSpecificCredentialId!
    assert.match(ServiceSpecificCredentialId, /^ACCA[A-Z2-7]{17}$/)
    assert.equal(first!.ServiceUserName, `${UserName}-at-${server.account}`)
    assert.ok(first!.ServicePassword)
    const { ServiceSpecificCredential: second } = await create(git)
    assert.notEqual(second!.ServiceUserName, first!.ServiceUserName)
    await refused(create(git), "LimitExceeded", 409)
    await refused(create("s3.amazonaws.com"), "NotSupportedService", 404)
    const { ServiceSpecificCredential: key } = await create("bedrock.amazonaws.com", { CredentialAgeDays: 2 })
    assert.ok(key!.ServiceCredentialSecret && key!.ServiceCredentialAlias)
    assert.equal(key!.ExpirationDate!.getTime() - key!.CreateDate!.getTime(), 2 * 24 * 60 * 60 * 1000)

    const { ServiceSpecificCredential: reset } = await iam.send(
      new ResetServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId }),
    )
    assert.notEqual(reset!.ServicePassword, first!.ServicePassword)
    await iam.send(
      new UpdateServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId, Status: "Inactive" }),
    )
    const list = async (more: object = {}) =>
      (await iam.send(new ListServiceSpecificCredentialsCommand({ UserName, ...more }))).ServiceSpecificCredentials!
    assert.equal((await list()).length, 3)
    const ofGit = await list({ ServiceName: git })
    assert.equal(ofGit.length, 2)
    assert.ok(ofGit.every((one) => !("ServicePassword" in one)))
    const inactive = ofGit.find((one) => one.ServiceSpecificCredentialId === ServiceSpecificCredentialId)
    assert.equal(inactive?.Status, "Inactive")
    const everybody = await iam.send(new ListServiceSpecificCredentialsCommand({ AllUsers: true }))
    assert.deepEqual(
      everybody.ServiceSpecificCredentials?.map(({ UserName }) => UserName),
      Array(3).fill(UserName),
    )

    const remove = (id: string) =>
      iam.send(new DeleteServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId: id }))
    for (const one of await list()) await remove(one.ServiceSpecificCredentialId!)
    await refused(remove(ServiceSpecificCredentialId), "NoSuchEntity", 404)
    assert.deepEqual(await list(), [])
    await iam.send(new DeleteUserCommand({ UserName }))
  })
})
