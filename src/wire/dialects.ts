import type { Protocol, WireOptions } from "./options.ts"

export interface Dialect {
  protocol: Protocol
  options: WireOptions
}

/** What DynamoDB and its streams have in common. */
const DYNAMODB = {
  apiVersion: "2012-08-10",
  errorNamespace: "com.amazonaws.dynamodb.v20120810",
  mismatchTexts: "dynamodb",
  looseUnions: true,
  crc32: true,
  requestIds: "dynamodb",
  server: "Server",
  echoesType: true,
  contentEncodings: true,
  headerBytes: 16 * 1024,
} as const satisfies WireOptions

/** How AWS's services speak, by the id that their constraints file has. Namespaces and versions: botocore's models. */
export const dialects = {
  "cognito-idp": { protocol: "awsJson1_1", options: { apiVersion: "2016-04-18", errorHeaders: true } },
  "cognito-identity": { protocol: "awsJson1_1", options: { apiVersion: "2014-06-30", errorHeaders: true } },
  "cognito-sync": { protocol: "restJson1", options: { apiVersion: "2014-06-30" } },
  iam: {
    protocol: "awsQuery",
    options: {
      apiVersion: "2010-05-08",
      xmlNamespace: "https://iam.amazonaws.com/doc/2010-05-08/",
      wholeSeconds: true,
    },
  },
  sts: {
    protocol: "awsQuery",
    options: {
      apiVersion: "2011-06-15",
      xmlNamespace: "https://sts.amazonaws.com/doc/2011-06-15/",
      wholeSeconds: true,
    },
  },
  s3: {
    protocol: "restXml",
    options: {
      apiVersion: "2006-03-01",
      xmlNamespace: "http://s3.amazonaws.com/doc/2006-03-01/",
      s3: true,
      requestIds: "s3",
      server: "AmazonS3",
    },
  },
  dynamodb: { protocol: "awsJson1_0", options: { ...DYNAMODB, fractionalMembers: ["TargetValue"] } },
  dynamodbstreams: { protocol: "awsJson1_0", options: DYNAMODB },
  kinesis: { protocol: "awsJson1_1", options: { apiVersion: "2013-12-02", cbor: true } },
  lambda: {
    protocol: "restJson1",
    options: {
      apiVersion: "2015-03-31",
      fractionalMembers: ["AdditionalVersionWeights"],
      blobType: "application/json",
    },
  },
  logs: { protocol: "awsJson1_1", options: { apiVersion: "2014-03-28" } },
  apigateway: { protocol: "restJson1", options: { apiVersion: "2015-07-09", fractionalMembers: ["rateLimit"] } },
  apigatewayv2: {
    protocol: "restJson1",
    options: { apiVersion: "2018-11-29", fractionalMembers: ["ThrottlingRateLimit"] },
  },
  "execute-api": { protocol: "restJson1", options: { apiVersion: "2018-11-29" } },
  kms: { protocol: "awsJson1_1", options: { apiVersion: "2014-11-01" } },
  organizations: { protocol: "awsJson1_1", options: { apiVersion: "2016-11-28" } },
} as const satisfies Record<string, Dialect>
