export interface LinkedService {
  roleName: string
  /** Several roles of the service may be made, told apart by a suffix. */
  takesSuffix?: true
}

const role = (roleName: string): LinkedService => ({ roleName: `AWSServiceRoleFor${roleName}` })

/**
 * Services that have a role of their own in an account, and the role's name. Source: each service's guide, "Using
 * service-linked roles". The policies that AWS attaches to them are left out: no service here acts by such a role.
 */
export const linkedServices: Readonly<Record<string, LinkedService>> = {
  "access-analyzer.amazonaws.com": role("AccessAnalyzer"),
  "autoscaling.amazonaws.com": { ...role("AutoScaling"), takesSuffix: true },
  "backup.amazonaws.com": role("Backup"),
  "batch.amazonaws.com": role("Batch"),
  "cloudtrail.amazonaws.com": role("CloudTrail"),
  "cognito-idp.amazonaws.com": role("AmazonCognitoIdp"),
  "config.amazonaws.com": role("Config"),
  "contributorinsights.dynamodb.amazonaws.com": role("DynamoDBCloudWatchContributorInsights"),
  "dynamodb.application-autoscaling.amazonaws.com": role("ApplicationAutoScaling_DynamoDBTable"),
  "ecs.amazonaws.com": role("ECS"),
  "ecs.application-autoscaling.amazonaws.com": role("ApplicationAutoScaling_ECSService"),
  "eks-fargate.amazonaws.com": role("AmazonEKSForFargate"),
  "eks-nodegroup.amazonaws.com": role("AmazonEKSNodegroup"),
  "eks.amazonaws.com": role("AmazonEKS"),
  "elasticache.amazonaws.com": role("ElastiCache"),
  "elasticfilesystem.amazonaws.com": role("AmazonElasticFileSystem"),
  "elasticloadbalancing.amazonaws.com": role("ElasticLoadBalancing"),
  "email.cognito-idp.amazonaws.com": role("AmazonCognitoIdpEmailService"),
  "es.amazonaws.com": role("AmazonElasticsearchService"),
  "guardduty.amazonaws.com": role("AmazonGuardDuty"),
  "kafka.amazonaws.com": role("Kafka"),
  "kinesisreplication.dynamodb.amazonaws.com": role("DynamoDBKinesisDataStreamsReplication"),
  "lambda.amazonaws.com": role("Lambda"),
  "lex.amazonaws.com": role("LexBots"),
  "macie.amazonaws.com": role("AmazonMacie"),
  "mq.amazonaws.com": role("AmazonMQ"),
  "opensearchservice.amazonaws.com": role("AmazonOpenSearchService"),
  "ops.apigateway.amazonaws.com": role("APIGateway"),
  "organizations.amazonaws.com": role("Organizations"),
  "ram.amazonaws.com": role("ResourceAccessManager"),
  "rds.amazonaws.com": role("RDS"),
  "redshift.amazonaws.com": role("Redshift"),
  "replication.dynamodb.amazonaws.com": role("DynamoDBReplication"),
  "replicator.lambda.amazonaws.com": role("LambdaReplicator"),
  "spot.amazonaws.com": role("EC2Spot"),
  "spotfleet.amazonaws.com": role("EC2SpotFleet"),
  "ssm.amazonaws.com": role("AmazonSSM"),
  "sso.amazonaws.com": role("SSO"),
  "support.amazonaws.com": role("Support"),
  "trustedadvisor.amazonaws.com": role("TrustedAdvisor"),
  "wafv2.amazonaws.com": role("WAFV2Logging"),
}
