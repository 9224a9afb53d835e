/**
 * What guests may at most do in the enhanced flow, whatever their role allows. It forms one union with the managed
 * policy AmazonCognitoUnAuthedIdentitiesSessionPolicy; members are not cut down, nor is the basic flow.
 * Source: Cognito Developer Guide, "IAM roles": "Services that unauthenticated identities can access".
 */
export const GUEST_SESSION_POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Action: [
        ...[
          "appsync",
          "cloudwatch",
          "codewhisperer",
          "cognito-identity",
          "cognito-idp",
          "cognito-sync",
          "comprehend",
          "dynamodb",
          "execute-api",
          "firehose",
          "gamelift",
          "iot",
          "kinesis",
          "lambda",
          "lex",
          "logs",
          "machinelearning",
          "mobileanalytics",
          "mobiletargeting",
          "personalize",
          "polly",
          "rekognition",
          "s3",
          "sdb",
          "ses",
          "sns",
          "sqs",
          "transcribe",
          "translate",
        ].map((service) => `${service}:*`),
        "sagemaker:InvokeEndpoint",
        "textract:AnalyzeDocument",
        "textract:DetectDocumentText",
      ],
      Resource: ["*"],
    },
  ],
})

export const GUEST_SESSION_POLICY_ARN = "arn:aws:iam::aws:policy/AmazonCognitoUnAuthedIdentitiesSessionPolicy"
