/** Of an integration or an authorizer that is a function: its ARN; undefined where the URI is of something else. */
export const findFunctionArn = (uri: string): string | undefined =>
  /^arn:aws[\w-]*:apigateway:[\w-]+:lambda:path\/\/?2015-03-31\/functions\/(arn:aws[\w-]*:lambda:[^/]+)\/invocations$/.exec(
    uri,
  )?.[1]
