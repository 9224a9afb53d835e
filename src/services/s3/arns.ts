const PREFIX = "arn:aws:s3:::"

export const bucketArn = (bucket: string): string => PREFIX + bucket
export const objectArn = (bucket: string, key: string): string => `${PREFIX}${bucket}/${key}`

/** The bucket and, for objects, the key that an ARN of ours names; undefined for any other text. */
export function parseS3Arn(arn: string): { bucket: string; key?: string } | undefined {
  if (!arn.startsWith(PREFIX)) return undefined
  const rest = arn.slice(PREFIX.length)
  const slash = rest.indexOf("/")
  return slash < 0 ? { bucket: rest } : { bucket: rest.slice(0, slash), key: rest.slice(slash + 1) }
}
