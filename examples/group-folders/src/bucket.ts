import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import { fromCognitoIdentityPool } from "@aws-sdk/credential-provider-cognito-identity"
import { Upload } from "@aws-sdk/lib-storage"
import { BUCKET, type Folder, type FoldersConfig, type WayId } from "../folders.ts"
import type { Member } from "./session.ts"

/** The bucket with the credentials that one of the ways gives. */
export function bucketOf(config: FoldersConfig, way: WayId, member: Member): S3Client {
  const { endpoint, region, userPoolId, identityPoolIds } = config
  return new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    maxAttempts: 1,
    // The browser keeps answers by their URL: what one way was given, another would get without asking.
    requestHandler: { cache: "no-store" },
    credentials: fromCognitoIdentityPool({
      clientConfig: { endpoint, region, maxAttempts: 1 },
      identityPoolId: identityPoolIds[way],
      logins: { [`cognito-idp.${region}.amazonaws.com/${userPoolId}`]: member.idToken },
    }),
  })
}

export type Deed = "list" | "read" | "write"

/** What was tried, and what came of it. */
export interface Attempt {
  way: WayId
  folder: Folder
  deed: Deed
  allowed: boolean
  /** What the page can ask the backend to explain. */
  requestId: string | undefined
  /** AWS's own, of a refusal. */
  error: { name: string; message: string } | undefined
}

const DEEDS: Readonly<Record<Deed, (folder: Folder, name: string) => (s3: S3Client) => Promise<unknown>>> = {
  list: (folder) => (s3) => s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: `${folder}/` })),
  read: (folder) => (s3) => s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: `${folder}/welcome.txt` })),
  write: (folder, name) => (s3) =>
    s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `${folder}/${name}-was-here.txt`, Body: `${name}\n` })),
}

export const deeds = Object.keys(DEEDS) as Deed[]

interface Answered {
  $metadata?: { requestId?: string }
}

/** Not asked beforehand whether it may be: done, and seen. */
export async function attempt(s3: S3Client, way: WayId, folder: Folder, deed: Deed, member: Member): Promise<Attempt> {
  const outcome = (answer: Answered, error?: Error): Attempt => ({
    way,
    folder,
    deed,
    allowed: !error,
    requestId: answer.$metadata?.requestId,
    error: error && { name: error.name, message: error.message },
  })
  return DEEDS[deed](
    folder,
    member.name,
  )(s3).then(
    (answer) => outcome(answer as Answered),
    (error: Error) => outcome(error as Answered, error),
  )
}

/** From the page straight to the bucket; what is large goes in parts. */
export async function upload(
  s3: S3Client,
  folder: Folder,
  file: File,
  onProgress: (share: number) => void,
): Promise<void> {
  const run = new Upload({
    client: s3,
    params: { Bucket: BUCKET, Key: `${folder}/${file.name}`, Body: file, ContentType: file.type },
  })
  run.on("httpUploadProgress", ({ loaded = 0, total = file.size }) => onProgress(total ? loaded / total : 1))
  await run.done()
}

export interface Listed {
  name: string
  bytes: number
}

export async function listFolder(s3: S3Client, folder: Folder): Promise<Listed[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: `${folder}/` }))
  return Contents.map(({ Key = "", Size = 0 }) => ({ name: Key.slice(folder.length + 1), bytes: Size }))
}
