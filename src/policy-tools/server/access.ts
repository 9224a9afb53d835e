/** A running server, and the credentials of its account root. */
export interface ServerAccess {
  url: string
  region: string
  accountId: string
  accessKeyId: string
  secretAccessKey: string
}

/** What every SDK client takes. */
export const clientOptions = ({ url, region, accessKeyId, secretAccessKey }: ServerAccess) => ({
  endpoint: url,
  region,
  credentials: { accessKeyId, secretAccessKey },
  maxAttempts: 2,
})
