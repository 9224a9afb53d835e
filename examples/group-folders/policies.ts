import { BUCKET, FOLDERS, type Folder } from "./folders.ts"

const document = (...Statement: object[]): string => JSON.stringify({ Version: "2012-10-17", Statement })

const bucket = `arn:aws:s3:::${BUCKET}`

/** Lets in who signed in by this identity pool, with the tags that the pool gives. */
export const trust = (identityPoolId: string): string =>
  document({
    Effect: "Allow",
    Principal: { Federated: "cognito-identity.amazonaws.com" },
    Action: ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
    Condition: {
      StringEquals: { "cognito-identity.amazonaws.com:aud": identityPoolId },
      "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": "authenticated" },
    },
  })

/** To list, read and write below this folder, whose name may be a variable. */
const folderStatements = (folder: string) => [
  {
    Effect: "Allow",
    Action: "s3:ListBucket",
    Resource: bucket,
    Condition: { StringLike: { "s3:prefix": `${folder}/*` } },
  },
  {
    Effect: "Allow",
    Action: ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"],
    Resource: `${bucket}/${folder}/*`,
  },
]

export const byTag = document(...folderStatements("${aws:PrincipalTag/team}"))
export const byGroups = document(...folderStatements("${cognito:groups}"))

/** The bucket's own policy: each group's role has the group's folder. */
export const bucketPolicy = (roles: Record<Folder, string>): string =>
  document(
    ...FOLDERS.flatMap((folder) =>
      folderStatements(folder).map((statement) => ({ ...statement, Principal: { AWS: roles[folder] } })),
    ),
  )

/** Pages of this machine may ask, and see what they need of the answer. */
export const CORS = {
  CORSRules: [
    {
      AllowedOrigins: ["http://localhost:*", "http://127.0.0.1:*"],
      AllowedMethods: ["GET", "HEAD", "PUT", "POST", "DELETE"],
      AllowedHeaders: ["*"],
      // The uploader must see each part's checksum, to name it when it puts the parts together.
      ExposeHeaders: ["ETag", "x-amz-checksum-crc32", "x-amz-request-id"],
      MaxAgeSeconds: 3600,
    },
  ],
}
