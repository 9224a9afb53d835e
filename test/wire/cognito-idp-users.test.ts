import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserAttributesCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminListGroupsForUserCommand,
  AdminRemoveUserFromGroupCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  CreateGroupCommand,
  ListUsersCommand,
  ListUsersInGroupCommand,
  type ListUsersRequest,
} from "@aws-sdk/client-cognito-identity-provider"
import { openWorld, PASSWORD, refuses, type World } from "./cognito-idp-world.ts"

describe("AdminCreateUser", () => {
  test("invites by the media asked for", async () => {
    await using world = await openWorld({
      AdminCreateUserConfig: {
        InviteMessageTemplate: { EmailMessage: "Hello {username}: {####}", EmailSubject: "Hello" },
      },
    })
    const { idp, poolId: UserPoolId } = world
    const { User } = await idp.send(
      new AdminCreateUserCommand({
        UserPoolId,
        Username: "ann",
        TemporaryPassword: "Temp0rary!",
        DesiredDeliveryMediums: ["EMAIL", "SMS"],
        UserAttributes: [
          { Name: "email", Value: "ann@example.com" },
          { Name: "email_verified", Value: "True" },
          { Name: "phone_number", Value: "+15550100" },
        ],
      }),
    )
    assert.deepEqual([User!.Username, User!.UserStatus, User!.Enabled], ["ann", "FORCE_CHANGE_PASSWORD", true])
    const attributes = Object.fromEntries(User!.Attributes!.map(({ Name, Value }) => [Name, Value]))
    assert.deepEqual(attributes, {
      sub: attributes.sub,
      email: "ann@example.com",
      email_verified: "true",
      phone_number: "+15550100",
    })
    assert.deepEqual(
      (await world.outbox()).map(({ medium, subject, body }) => [medium, subject, body]),
      [
        ["SMS", undefined, "Your username is ann and temporary password is Temp0rary!."],
        ["EMAIL", "Hello", "Hello ann: Temp0rary!"],
      ],
    )
  })

  test("makes up a password that conforms", async () => {
    await using world = await openWorld({ Policies: { PasswordPolicy: { MinimumLength: 20, RequireSymbols: true } } })
    await world.idp.send(
      new AdminCreateUserCommand({
        UserPoolId: world.poolId,
        Username: "ann",
        UserAttributes: [{ Name: "email", Value: "ann@example.com" }],
      }),
    )
    const password = await world.lastCode()
    assert.ok(password.length >= 20)
    assert.equal((await world.start("ann", password)).ChallengeName, "NEW_PASSWORD_REQUIRED")
  })

  test("refuses names that are taken and attributes that are wrong", async () => {
    await using world = await openWorld()
    await world.addUser("ann")
    await refuses(world.addUser("ann"), "UsernameExistsException", "User account already exists")
    await refuses(
      world.addUser("bob", { "custom:role": "x" }),
      "InvalidParameterException",
      "Attributes did not conform to the schema: Type for attribute {custom:role} could not be determined",
    )
    await refuses(world.addUser("bob", { email: "x" }), "InvalidParameterException", "Invalid email address format.")
    await refuses(
      world.addUser("bob", { phone_number: "555" }),
      "InvalidParameterException",
      "Invalid phone number format.",
    )
    await refuses(world.addUser("bob", JSON.parse('{"__proto__": "x"}')), "InvalidParameterException", /./)
    const { idp, poolId: UserPoolId } = world
    await refuses(
      idp.send(new AdminCreateUserCommand({ UserPoolId, Username: "nobody", MessageAction: "RESEND" })),
      "UserNotFoundException",
      "User does not exist.",
    )
    await refuses(
      idp.send(new AdminCreateUserCommand({ UserPoolId, Username: "ann", MessageAction: "RESEND" })),
      "UnsupportedUserStateException",
      /./,
    )
    await refuses(
      idp.send(new AdminCreateUserCommand({ UserPoolId, Username: "cat", TemporaryPassword: "short" })),
      "InvalidPasswordException",
      "Password did not conform with policy: Password not long enough",
    )
  })
})

describe("administrators", () => {
  test("change users", async () => {
    await using world = await openWorld()
    const { idp, poolId: UserPoolId } = world
    await world.addUser("ann", { name: "Ann" })
    const key = { UserPoolId, Username: "ann" }
    const read = () => idp.send(new AdminGetUserCommand(key))
    await idp.send(new AdminDisableUserCommand(key))
    assert.equal((await read()).Enabled, false)
    await idp.send(new AdminEnableUserCommand(key))
    assert.equal((await read()).Enabled, true)
    await idp.send(
      new AdminUpdateUserAttributesCommand({ ...key, UserAttributes: [{ Name: "email", Value: "a@example.com" }] }),
    )
    await idp.send(new AdminDeleteUserAttributesCommand({ ...key, UserAttributeNames: ["name"] }))
    assert.deepEqual((await read()).UserAttributes!.map(({ Name, Value }) => [Name, Value]).slice(1), [
      ["email", "a@example.com"],
      ["email_verified", "false"],
    ])
    await idp.send(new AdminSetUserPasswordCommand({ ...key, Password: PASSWORD }))
    assert.equal((await read()).UserStatus, "FORCE_CHANGE_PASSWORD")
    assert.equal((await world.start("ann")).ChallengeName, "NEW_PASSWORD_REQUIRED")
    await idp.send(new AdminDeleteUserCommand(key))
    for (const Command of [
      AdminGetUserCommand,
      AdminDeleteUserCommand,
      AdminEnableUserCommand,
      AdminDisableUserCommand,
    ])
      await refuses(idp.send(new Command(key) as AdminGetUserCommand), "UserNotFoundException", "User does not exist.")
  })

  test("put users into groups", async () => {
    await using world = await openWorld()
    const { idp, poolId: UserPoolId } = world
    for (const name of ["ann", "bob", "cat"]) await world.addUser(name)
    for (const GroupName of ["one", "two"]) await idp.send(new CreateGroupCommand({ UserPoolId, GroupName }))
    for (const Username of ["ann", "bob", "ann"])
      await idp.send(new AdminAddUserToGroupCommand({ UserPoolId, GroupName: "one", Username }))
    await idp.send(new AdminAddUserToGroupCommand({ UserPoolId, GroupName: "two", Username: "ann" }))
    const members = async () => {
      const names: string[] = []
      let NextToken: string | undefined
      do {
        const page = await idp.send(new ListUsersInGroupCommand({ UserPoolId, GroupName: "one", Limit: 1, NextToken }))
        names.push(...page.Users!.map(({ Username }) => Username!))
        NextToken = page.NextToken
      } while (NextToken)
      return names.sort()
    }
    assert.deepEqual(await members(), ["ann", "bob"])
    const { Groups } = await idp.send(new AdminListGroupsForUserCommand({ UserPoolId, Username: "ann" }))
    assert.deepEqual(
      Groups!.map(({ GroupName }) => GroupName),
      ["one", "two"],
    )
    await idp.send(new AdminRemoveUserFromGroupCommand({ UserPoolId, GroupName: "one", Username: "ann" }))
    assert.deepEqual(await members(), ["bob"])
    const add = (GroupName: string, Username: string) =>
      idp.send(new AdminAddUserToGroupCommand({ UserPoolId, GroupName, Username }))
    await refuses(add("none", "ann"), "ResourceNotFoundException", "Group not found.")
    await refuses(add("one", "nobody"), "UserNotFoundException", "User does not exist.")
  })
})

describe("ListUsers", () => {
  const list = async ({ idp, poolId }: World, more: Partial<ListUsersRequest> = {}) =>
    (await idp.send(new ListUsersCommand({ UserPoolId: poolId, ...more }))).Users!.map(({ Username }) => Username)

  async function pages({ idp, poolId: UserPoolId }: World, more: Partial<ListUsersRequest>) {
    const all: (string | undefined)[][] = []
    let PaginationToken: string | undefined
    do {
      const page = await idp.send(new ListUsersCommand({ UserPoolId, PaginationToken, ...more }))
      all.push(page.Users!.map(({ Username }) => Username))
      PaginationToken = page.PaginationToken
    } while (PaginationToken)
    return all
  }

  test("finds users by one attribute", async () => {
    await using world = await openWorld()
    await world.addUser("ann", { email: "ann@example.com", given_name: 'A"nn', family_name: "Lee" })
    await world.addUser("anna", { email: "anna@example.com", family_name: "Lee", phone_number: "+15550100" })
    await world.addUser("bob", { email: "bob@example.org", name: "Bob", preferred_username: "bobby" })
    await world.idp.send(
      new AdminCreateUserCommand({ UserPoolId: world.poolId, Username: "new", MessageAction: "SUPPRESS" }),
    )
    await world.idp.send(new AdminDisableUserCommand({ UserPoolId: world.poolId, Username: "bob" }))
    const { UserAttributes } = await world.idp.send(
      new AdminGetUserCommand({ UserPoolId: world.poolId, Username: "bob" }),
    )
    const sub = UserAttributes!.find(({ Name }) => Name === "sub")!.Value
    const cases: [string, string[]][] = [
      ["", ["ann", "anna", "bob", "new"]],
      ['username = "ann"', ["ann"]],
      ['username ^= "ann"', ["ann", "anna"]],
      ['username="ANN"', []],
      ['email = "ann@example.com"', ["ann"]],
      ['email ^= "ann"', ["ann", "anna"]],
      ['"email"^="b"', ["bob"]],
      ['family_name = "Lee"', ["ann", "anna"]],
      ['given_name = "A\\"nn"', ["ann"]],
      ['name = "Bob"', ["bob"]],
      ['preferred_username = "bobby"', ["bob"]],
      ['phone_number ^= "+1555"', ["anna"]],
      ['status = "Enabled"', ["ann", "anna", "new"]],
      ['status = "Disabled"', ["bob"]],
      ['status = "disabled"', []],
      ['cognito:user_status = "CONFIRMED"', ["ann", "anna", "bob"]],
      ['cognito:user_status = "force_change_password"', ["new"]],
      [`sub = "${sub}"`, ["bob"]],
      [`sub ^= "${sub!.slice(0, 9)}"`, ["bob"]],
      ['sub ^= ""', ["ann", "anna", "bob", "new"]],
      ['status ^= "E"', ["ann", "anna", "new"]],
      ['status ^= ""', ["ann", "anna", "bob", "new"]],
      ['cognito:user_status ^= "con"', ["ann", "anna", "bob"]],
      ['cognito:user_status ^= ""', ["ann", "anna", "bob", "new"]],
    ]
    for (const [Filter, expected] of cases) {
      assert.deepEqual((await list(world, { Filter })).sort(), expected, Filter)
      assert.deepEqual((await pages(world, { Filter, Limit: 1 })).flat().sort(), expected, `${Filter}, one by one`)
    }
    for (const Filter of [
      "email",
      'email > "x"',
      'email = "x" AND name = "y"',
      "email = x",
      'custom:a = "x"',
      'email = "x',
    ])
      await refuses(list(world, { Filter }), "InvalidParameterException", /./)
  })

  test("pages, and shows the attributes asked for", async () => {
    await using world = await openWorld()
    for (let i = 0; i < 5; i++) await world.addUser(`user${i}`, { email: `u${i}@example.com` })
    const { idp, poolId: UserPoolId } = world
    const names: string[] = []
    let PaginationToken: string | undefined
    do {
      const page = await idp.send(
        new ListUsersCommand({
          UserPoolId,
          Limit: 2,
          PaginationToken,
          AttributesToGet: ["email"],
          Filter: 'email ^= "u"',
        }),
      )
      for (const { Username, Attributes } of page.Users!) {
        names.push(Username!)
        assert.deepEqual(
          Attributes!.map(({ Name }) => Name),
          ["email"],
        )
      }
      PaginationToken = page.PaginationToken
      if (PaginationToken)
        await refuses(idp.send(new ListUsersCommand({ UserPoolId, PaginationToken })), "InvalidParameterException", /./)
    } while (PaginationToken)
    assert.deepEqual(names, ["user0", "user1", "user2", "user3", "user4"])
    await refuses(list(world, { AttributesToGet: ["custom:nope"] }), "InvalidParameterException", /./)
    await refuses(list(world, { Limit: 61 }), "InvalidParameterException", /^1 validation error detected/)
  })
})
