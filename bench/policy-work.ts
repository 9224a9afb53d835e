import type { PolicyDocument } from "../src/policy/index.ts"

/**
 * The work that every engine does: a role session with three policies of five statements, wildcards in actions and
 * resources, a variable and two condition keys. The last policy allows, so that all three are looked through.
 */
export const POLICIES: readonly PolicyDocument[] = ["red", "green", "blue"].map(
  (team): PolicyDocument => ({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["s3:GetObject*", "s3:PutObject"],
        Resource: "arn:aws:s3:::app-*/home/${aws:username}/*",
        Condition: {
          StringEquals: { "aws:PrincipalTag/team": team },
          Bool: { "aws:SecureTransport": "true" },
        },
      },
      { Effect: "Allow", Action: "dynamodb:*Item", Resource: "arn:aws:dynamodb:*:123456789012:table/a*" },
      {
        Effect: "Deny",
        Action: "s3:Delete*",
        Resource: "*",
        Condition: { BoolIfExists: { "aws:SecureTransport": "false" } },
      },
      { Effect: "Allow", NotAction: ["iam:*", "sts:*", "s3:*"], Resource: "arn:aws:sqs:*:*:q" },
      { Effect: "Allow", Action: "kms:Decrypt", Resource: "arn:aws:kms:us-east-1:123456789012:key/*" },
    ],
  }),
)

export const ACTION = "s3:GetObject"
export const ROLE = "arn:aws:iam::123456789012:role/app"
export const SESSION = "arn:aws:sts::123456789012:assumed-role/app/session"
export const ACCOUNT = "123456789012"
/** The keys that a signed request of a role session carries, of which the policies ask for three. */
export const CONTEXT = {
  "aws:CurrentTime": "2026-01-02T03:04:05Z",
  "aws:EpochTime": "1767323045",
  "aws:PrincipalAccount": ACCOUNT,
  "aws:PrincipalArn": ROLE,
  "aws:PrincipalIsAWSService": "false",
  "aws:PrincipalTag/team": "blue",
  "aws:PrincipalType": "AssumedRole",
  "aws:RequestedRegion": "us-east-1",
  "aws:ResourceAccount": ACCOUNT,
  "aws:SecureTransport": "true",
  "aws:SourceIp": "203.0.113.7",
  "aws:TokenIssueTime": "2026-01-02T03:00:00Z",
  "aws:UserAgent": "aws-sdk-js/3",
  "aws:userid": "AROAEXAMPLE:session",
  "aws:username": "alice",
  "aws:ViaAWSService": "false",
}
export const ALLOWED = "arn:aws:s3:::app-prod/home/alice/photos/1.jpg"
export const REFUSED = "arn:aws:s3:::app-prod/home/bob/photos/1.jpg"

/** A policy of as many statements, each about an action and a resource of its own. */
export const largePolicy = (statements: number): PolicyDocument => ({
  Version: "2012-10-17",
  Statement: Array.from({ length: statements }, (_, i) => ({
    Effect: i % 10 === 0 ? "Deny" : "Allow",
    Action: `s3:Operation${i}*`,
    Resource: `arn:aws:s3:::bucket-${i}/*`,
  })),
})

/** The same with one action, so that resources alone tell the statements apart. */
export const largePolicyOfOneAction = (statements: number): PolicyDocument => ({
  Version: "2012-10-17",
  Statement: Array.from({ length: statements }, (_, i) => ({
    Effect: i % 10 === 0 ? "Deny" : "Allow",
    Action: "s3:Get*",
    Resource: `arn:aws:s3:::bucket-${i}/\${aws:username}/*`,
  })),
})
