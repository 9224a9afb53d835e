import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import {
  ChangePasswordCommand,
  CreateLoginProfileCommand,
  DeleteAccountPasswordPolicyCommand,
  DeleteLoginProfileCommand,
  DeleteUserCommand,
  GetAccountPasswordPolicyCommand,
  GetLoginProfileCommand,
  IAMClient,
  PutUserPolicyCommand,
  UpdateAccountPasswordPolicyCommand,
  UpdateLoginProfileCommand,
} from "@aws-sdk/client-iam"
import { startServer, type TestServer } from "../harness/server.ts"
import { allow, createPerson, type Person, policy, refused } from "./iam-world.ts"

describe("passwords of users", () => {
  let server: TestServer
  let root: IAMClient
  let person: Person
  before(async () => {
    server = await startServer()
    root = new IAMClient(server.client)
    person = await createPerson(server, "pat")
  })
  after(() => server[Symbol.asyncDispose]())

  const REFUSED = "Password does not conform to the account password policy."

  it("are set, changed and taken away", async () => {
    const create = (Password?: string) => root.send(new CreateLoginProfileCommand({ UserName: "pat", Password }))
    await refused(create(), "ValidationError", 400)
    await refused(create("short1A"), "PasswordPolicyViolation", 400, REFUSED)
    await refused(create("only-lowercase"), "PasswordPolicyViolation", 400, REFUSED)
    await refused(
      root.send(new GetLoginProfileCommand({ UserName: "pat" })),
      "NoSuchEntity",
      404,
      "Login Profile for User pat cannot be found.",
    )
    const { LoginProfile } = await create("Correct-horse")
    assert.equal(LoginProfile?.PasswordResetRequired, false)
    await refused(create("Correct-horse"), "EntityAlreadyExists", 409, "Login Profile for user pat already exists.")
    await root.send(new UpdateLoginProfileCommand({ UserName: "pat", PasswordResetRequired: true }))
    const { LoginProfile: profile } = await root.send(new GetLoginProfileCommand({ UserName: "pat" }))
    assert.equal(profile?.PasswordResetRequired, true)
    assert.deepEqual(Object.keys(profile!).sort(), ["CreateDate", "PasswordResetRequired", "UserName"])
    await refused(
      root.send(new UpdateLoginProfileCommand({ UserName: "pat", Password: "weak" })),
      "PasswordPolicyViolation",
      400,
    )
    await createPerson(server, "gone")
    await root.send(new CreateLoginProfileCommand({ UserName: "gone", Password: "Correct-horse" }))
    await refused(root.send(new DeleteUserCommand({ UserName: "gone" })), "DeleteConflict", 409)
    await root.send(new DeleteLoginProfileCommand({ UserName: "gone" }))
    await refused(root.send(new DeleteLoginProfileCommand({ UserName: "gone" })), "NoSuchEntity", 404)
  })

  it("keep to the account's policy", async () => {
    await refused(
      root.send(new GetAccountPasswordPolicyCommand({})),
      "NoSuchEntity",
      404,
      `The Password Policy with domain name ${server.account} cannot be found.`,
    )
    await refused(root.send(new DeleteAccountPasswordPolicyCommand({})), "NoSuchEntity", 404)
    await root.send(
      new UpdateAccountPasswordPolicyCommand({ MinimumPasswordLength: 12, RequireSymbols: true, MaxPasswordAge: 90 }),
    )
    assert.deepEqual((await root.send(new GetAccountPasswordPolicyCommand({}))).PasswordPolicy, {
      MinimumPasswordLength: 12,
      RequireSymbols: true,
      RequireNumbers: false,
      RequireUppercaseCharacters: false,
      RequireLowercaseCharacters: false,
      AllowUsersToChangePassword: false,
      ExpirePasswords: true,
      MaxPasswordAge: 90,
    })
    const update = (Password: string) => root.send(new UpdateLoginProfileCommand({ UserName: "pat", Password }))
    for (const bad of ["twelveletters", "short-1", "Eleven-abcd"])
      await refused(update(bad), "PasswordPolicyViolation", 400, REFUSED)
    await update("lowercase-only-here")
    await refused(
      root.send(new UpdateAccountPasswordPolicyCommand({ MinimumPasswordLength: 5 })),
      "ValidationError",
      400,
      "1 validation error detected: Value '5' at 'minimumPasswordLength' failed to satisfy constraint: Member must have value greater than or equal to 6",
    )
  })

  it("are changed by users whom a policy lets, their own or the account's", async () => {
    const change = (OldPassword: string, NewPassword: string, who = person.iam) =>
      who.send(new ChangePasswordCommand({ OldPassword, NewPassword }))
    const old = "lowercase-only-here"
    await refused(
      change(old, "another-long-one"),
      "AccessDenied",
      403,
      `User: ${person.arn} is not authorized to perform: iam:ChangePassword on resource: user pat because no identity-based policy allows the iam:ChangePassword action`,
    )
    await refused(change(old, "another-long-one", root), "InvalidUserType", 400)
    const may = (document: string) =>
      root.send(new PutUserPolicyCommand({ UserName: "pat", PolicyName: "own", PolicyDocument: document }))
    await may(allow("iam:ChangePassword", "arn:aws:iam::*:user/${aws:username}"))
    await refused(change("wrong-password-1", "another-long-one"), "AccessDenied", 403)
    await change(old, "another-long-one")
    await refused(change(old, "yet-another-long-one"), "AccessDenied", 403)

    await root.send(
      new UpdateAccountPasswordPolicyCommand({ AllowUsersToChangePassword: true, PasswordReusePrevention: 2 }),
    )
    await may(policy({ Action: "s3:*", Resource: "*" }))
    await refused(change("another-long-one", "another-long-one"), "PasswordPolicyViolation", 400)
    await refused(change("another-long-one", old), "PasswordPolicyViolation", 400)
    await change("another-long-one", "third-password")
    await may(policy({ Effect: "Deny", Action: "iam:ChangePassword", Resource: "*" }))
    await refused(change("third-password", "fourth-password"), "AccessDenied", 403, /explicit deny/)
  })
})
