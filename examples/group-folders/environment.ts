export interface ServerOptions {
  endpoint: string
  region: string
  credentials: { accessKeyId: string; secretAccessKey: string }
}

/** What `hallpass env` says. Without an endpoint the SDK would go to AWS itself. */
export function serverOfEnvironment(): ServerOptions {
  const { AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env
  if (!AWS_ENDPOINT_URL || !AWS_REGION || !AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    console.error('Start a server, and say where it is: eval "$(npx hallpass env)"')
    process.exit(2)
  }
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY }
  return { endpoint: AWS_ENDPOINT_URL, region: AWS_REGION, credentials }
}
