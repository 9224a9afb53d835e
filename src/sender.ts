/** A service of this server that acts by itself, in the name of one of its resources. */
export interface Sender {
  /** The service principal: `cognito-idp.amazonaws.com`. */
  principal: string
  /** `aws:SourceArn`: the user pool, the bucket, the method of an API. */
  sourceArn: string
  /** `aws:SourceAccount` */
  sourceAccount: string
}
