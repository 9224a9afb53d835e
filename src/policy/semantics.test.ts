import assert from "node:assert/strict"
import { test } from "node:test"
import { type ContextValue, compile, contextOf, decide, type Principal, type StatementDocument } from "./index.ts"

/** What a statement of an identity policy is about, element by element: the rules of the IAM User Guide, "JSON policy
 * element reference", one line each. Beside an Allow of everything a Deny is what tells. */

const HOME = "111122223333"
const user: Principal = { type: "user", arn: `arn:aws:iam::${HOME}:user/alice`, account: HOME }

interface Asked {
  action?: string
  resource?: string
  context?: Record<string, ContextValue>
  version?: string
}

function applies(statement: Partial<StatementDocument>, effect: "Allow" | "Deny", asked: Asked): boolean {
  const { action = "s3:GetObject", resource = "arn:aws:s3:::b/k", context = {}, version = "2012-10-17" } = asked
  const element = "NotAction" in statement ? {} : { Action: "*" }
  const about = "NotResource" in statement ? {} : { Resource: "*" }
  const own = compile({ Version: version, Statement: { ...element, ...about, ...statement, Effect: effect } })
  const all = compile({ Statement: { Effect: "Allow", Action: "*", Resource: "*" } })
  const request = { principal: user, action, resource, resourceAccount: HOME, context: contextOf(context) }
  const { decision } = decide(request, { identity: effect === "Allow" ? [own] : [all, own] })
  return decision === (effect === "Allow" ? "allow" : "explicit_deny")
}

const name = { "aws:username": "alice" }
const IN_FOLDER = { Resource: "arn:aws:s3:::b/${aws:username}/*" }

const CASES: readonly [Partial<StatementDocument>, Asked, boolean][] = [
  [{ Action: "S3:GETOBJECT" }, {}, true],
  [{ Action: "s3:Get?bject" }, {}, true],
  [{ Action: "s3:Get" }, {}, false],
  [{ Action: "s3:Get*" }, { action: "s3:ListBucket" }, false],
  [{ Action: "s3:GetObject, s3:PutObject" }, {}, false],
  [{ Action: " s3:GetObject" }, {}, false],
  [{ Action: "s3:${aws:username}" }, { action: "s3:alice", context: name }, false],
  [{ NotAction: ["s3:GetObject", "s3:Put*"] }, {}, false],
  [{ NotAction: ["s3:Put*", "s3:Delete*"] }, {}, true],
  [{ NotAction: "s3:GetObject, s3:PutObject" }, {}, true],
  [{ NotAction: "iam:*" }, { action: "IAM:GetUser" }, false],

  [{ Resource: "arn:aws:s3:::b/*" }, {}, true],
  [{ Resource: "arn:aws:s3:::B/*" }, {}, false],
  [{ Resource: "arn:aws:s3:::b" }, {}, false],
  [{ Resource: "arn:aws:s3:::*" }, { resource: "arn:aws:s3:::b/x/y:z" }, true],
  [{ Resource: "arn:aws:s3:::b/?" }, {}, true],
  [{ Resource: "arn:aws:s3:::b/?" }, { resource: "arn:aws:s3:::b/" }, false],
  [{ Resource: "arn:aws:s3:::b/a" }, { resource: "arn:aws:s3:::b/*" }, false],
  [{ Resource: "arn:aws:s3:::b/*" }, { resource: "*" }, false],
  [{ Resource: "*" }, { action: "s3:ListAllMyBuckets", resource: "*" }, true],
  [{ NotResource: "arn:aws:s3:::b/*" }, { resource: "*" }, true],
  [{ NotResource: ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"] }, {}, false],
  [{ NotResource: ["arn:aws:s3:::a/*", "arn:aws:s3:::c/*"] }, {}, true],

  [IN_FOLDER, { resource: "arn:aws:s3:::b/alice/x", context: name }, true],
  [IN_FOLDER, { resource: "arn:aws:s3:::b/alice2/x", context: name }, false],
  [IN_FOLDER, { resource: "arn:aws:s3:::b/alice/x" }, false],
  [IN_FOLDER, { resource: "arn:aws:s3:::b/bob/x", context: { "aws:username": "*" } }, false],
  [IN_FOLDER, { resource: "arn:aws:s3:::b//x", context: { "aws:username": "" } }, true],
  [IN_FOLDER, { resource: "arn:aws:s3:::b/alice/x", context: { "aws:username": ["alice"] } }, false],
  [IN_FOLDER, { resource: "arn:aws:s3:::b/${aws:username}/x", context: name, version: "2008-10-17" }, true],
  [IN_FOLDER, { resource: "arn:aws:s3:::b/alice/x", context: name, version: "2008-10-17" }, false],
  [{ Resource: "arn:aws:s3:::b/${AWS:UserName}" }, { resource: "arn:aws:s3:::b/alice", context: name }, true],
  [{ Resource: "arn:aws:s3:::b/${aws:username, 'guest'}" }, { resource: "arn:aws:s3:::b/guest" }, true],
  [{ Resource: "arn:aws:s3:::b/${aws:username,'*'}" }, { resource: "arn:aws:s3:::b/guest" }, false],
  [{ Resource: "arn:aws:s3:::b/${*}" }, { resource: "arn:aws:s3:::b/*" }, true],
  [{ Resource: "arn:aws:s3:::b/${*}" }, {}, false],
  [{ Resource: "arn:aws:s3:::b/${?}${$}" }, { resource: "arn:aws:s3:::b/?$" }, true],
  [{ Resource: "arn:aws:${aws:username}:::b/k" }, { context: { "aws:username": "s3" } }, false],
  [{ NotResource: "arn:aws:s3:::b/${aws:username}/*" }, { resource: "arn:aws:s3:::b/alice/x" }, true],

  [{ Condition: { StringEquals: { "aws:a": "x" }, Bool: { "aws:b": "true" } } }, { context: { "aws:a": "x" } }, false],
  [{ Condition: { StringEquals: { "aws:a": "x", "aws:b": "y" } } }, { context: { "aws:a": "x" } }, false],
  [{ Condition: { StringEquals: { "aws:A": ["y", "x"] } } }, { context: { "AWS:a": "x" } }, true],
  [{ Condition: { StringNotEquals: { "aws:a": ["y", "x"] } } }, { context: { "aws:a": "x" } }, false],
  [
    { Condition: { StringEquals: { "aws:PrincipalTag/Team": "red" } } },
    { context: { "aws:principaltag/team": "red" } },
    true,
  ],
  [
    { Condition: { StringLike: { "s3:prefix": "${aws:username}/*" } } },
    { context: { ...name, "s3:prefix": "alice/a" } },
    true,
  ],
  [{ Condition: { StringLike: { "s3:prefix": "${aws:username}/*" } } }, { context: { "s3:prefix": "alice/a" } }, false],
  [{ Condition: { StringNotLike: { "s3:prefix": "${aws:username}/*" } } }, { context: { "s3:prefix": "a" } }, true],
  [{ Condition: { StringEquals: { "s3:prefix": "${*}" } } }, { context: { "s3:prefix": "*" } }, true],
  [{ Condition: { StringEquals: {} } }, {}, true],
]

for (const [statement, asked, expected] of CASES)
  test(`${JSON.stringify(statement)} ${expected ? "is" : "is not"} about ${JSON.stringify(asked)}`, () => {
    assert.equal(applies(statement, "Allow", asked), expected)
    assert.equal(applies(statement, "Deny", asked), expected)
  })
