import assert from "node:assert/strict"
import { test } from "node:test"
import { makeStatement } from "./statement.ts"

const ARN = "arn:aws:lambda:us-east-1:111111111111:function:f"
const given = { StatementId: "s1", Action: "lambda:InvokeFunction", Principal: "events.amazonaws.com" }

test("the text of a statement has its keys in AWS's order", () => {
  const statement = makeStatement(
    { ...given, SourceArn: "arn:aws:events:us-east-1:111111111111:rule/r", SourceAccount: "111111111111" },
    ARN,
  )
  assert.equal(
    JSON.stringify(statement),
    `{"Sid":"s1","Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"${ARN}","Condition":{"StringEquals":{"AWS:SourceAccount":"111111111111"},"ArnLike":{"AWS:SourceArn":"arn:aws:events:us-east-1:111111111111:rule/r"}}}`,
  )
})

const PRINCIPALS: readonly [given: string, written: unknown][] = [
  ["*", "*"],
  ["222222222222", { AWS: "arn:aws:iam::222222222222:root" }],
  ["arn:aws:iam::222222222222:role/r", { AWS: "arn:aws:iam::222222222222:role/r" }],
  ["arn:aws:iam::222222222222:root", { AWS: "arn:aws:iam::222222222222:root" }],
  ["arn:aws:sts::222222222222:assumed-role/r/s", { AWS: "arn:aws:sts::222222222222:assumed-role/r/s" }],
  ["logs.us-east-1.amazonaws.com", { Service: "logs.us-east-1.amazonaws.com" }],
]

for (const [principal, written] of PRINCIPALS)
  test(`the principal ${principal} is written as AWS writes it`, () => {
    assert.deepEqual(makeStatement({ ...given, Principal: principal }, ARN).Principal, written)
  })

for (const principal of ["invalid.nonaws.com", "nobody", "11111", "arn:aws:s3:::bucket", "amazonaws.com"])
  test(`${principal} is no principal`, () => {
    assert.throws(() => makeStatement({ ...given, Principal: principal }, ARN), {
      code: "InvalidParameterValueException",
      message: "The provided principal was invalid. Please check the principal and try again.",
    })
  })

test("each member of a permission has its condition", () => {
  const { Condition } = makeStatement(
    {
      ...given,
      Principal: "*",
      PrincipalOrgID: "o-1234567890",
      EventSourceToken: "token",
      FunctionUrlAuthType: "NONE",
      InvokedViaFunctionUrl: true,
    },
    ARN,
  )
  assert.deepEqual(Condition, {
    StringEquals: {
      "lambda:EventSourceToken": "token",
      "lambda:FunctionUrlAuthType": "NONE",
      "aws:PrincipalOrgID": "o-1234567890",
    },
    Bool: { "lambda:InvokedViaFunctionUrl": "true" },
  })
  assert.equal(makeStatement(given, ARN).Condition, undefined)
})
