import { AUTHOR_OF_THE_MONTH, TABLE } from "./shop.ts"

const document = (Statement: object): string => JSON.stringify({ Version: "2012-10-17", Statement })

/** Lets in the identities of one identity pool: those who signed in, or the guests. */
export const trust = (identityPoolId: string, amr: "authenticated" | "unauthenticated"): string =>
  document({
    Effect: "Allow",
    Principal: { Federated: "cognito-identity.amazonaws.com" },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEquals: { "cognito-identity.amazonaws.com:aud": identityPoolId },
      "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": amr },
    },
  })

/** The three roles, and what each may do to the table. */
export const ROLES = {
  BookshopReader: (table: string) =>
    document({ Effect: "Allow", Action: ["dynamodb:Scan", "dynamodb:Query"], Resource: table }),
  BookshopEditor: (table: string) =>
    document({ Effect: "Allow", Action: ["dynamodb:Scan", "dynamodb:Query", "dynamodb:PutItem"], Resource: table }),
  BookshopGuest: (table: string) =>
    document({
      Effect: "Allow",
      Action: "dynamodb:Query",
      Resource: table,
      Condition: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": AUTHOR_OF_THE_MONTH } },
    }),
}

export type RoleName = keyof typeof ROLES

export const tableArn = (region: string, account: string): string =>
  `arn:aws:dynamodb:${region}:${account}:table/${TABLE}`
