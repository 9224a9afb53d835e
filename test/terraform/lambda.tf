# Everything of Lambda that is tried with Terraform: applied, read back without differences, changed, destroyed.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
variable "endpoint" {}
variable "memory" { default = 128 }
variable "cors_origin" { default = "https://a.example" }
variable "extra" { default = "x" }
variable "batch" { default = 50 }
variable "retries" { default = 1 }
provider "aws" {
  region            = "us-east-1"
  s3_use_path_style = true
  endpoints {
    iam      = var.endpoint
    lambda   = var.endpoint
    sts      = var.endpoint
    s3       = var.endpoint
    dynamodb = var.endpoint
    kinesis  = var.endpoint
  }
}
resource "aws_iam_role" "r" {
  name               = "tf-lambda"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_lambda_layer_version" "l" {
  layer_name          = "tf-layer"
  filename            = "layer.zip"
  source_code_hash    = filebase64sha256("layer.zip")
  compatible_runtimes = ["nodejs20.x", "nodejs22.x"]
}
resource "aws_lambda_function" "f" {
  function_name                  = "tf-f"
  role                           = aws_iam_role.r.arn
  filename                       = "code.zip"
  source_code_hash               = filebase64sha256("code.zip")
  handler                        = "index.handler"
  runtime                        = "nodejs22.x"
  memory_size                    = var.memory
  layers                         = [aws_lambda_layer_version.l.arn]
  publish                        = true
  reserved_concurrent_executions = 5
  environment { variables = { EXTRA = var.extra } }
  tags = { team = var.extra }
}
resource "aws_lambda_alias" "a" {
  name             = "live"
  function_name    = aws_lambda_function.f.function_name
  function_version = aws_lambda_function.f.version
}
resource "aws_lambda_permission" "p" {
  statement_id  = "events"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.f.function_name
  principal     = "events.amazonaws.com"
  source_arn    = "arn:aws:events:us-east-1:123456789012:rule/r"
}
resource "aws_lambda_permission" "pa" {
  statement_id  = "acct"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.f.function_name
  qualifier     = aws_lambda_alias.a.name
  principal     = "arn:aws:iam::222222222222:root"
}
resource "aws_lambda_function_url" "u" {
  function_name      = aws_lambda_function.f.function_name
  qualifier          = aws_lambda_alias.a.name
  authorization_type = "AWS_IAM"
  cors {
    allow_origins = [var.cors_origin]
    allow_methods = ["*"]
    allow_headers = ["date"]
    max_age       = 60
  }
}
resource "aws_lambda_function_event_invoke_config" "e" {
  function_name          = aws_lambda_function.f.function_name
  maximum_retry_attempts = var.retries
}
resource "aws_kinesis_stream" "s" {
  name        = "s"
  shard_count = 1
}
resource "aws_iam_role_policy_attachment" "reads" {
  role       = aws_iam_role.r.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaKinesisExecutionRole"
}
resource "aws_lambda_event_source_mapping" "m" {
  depends_on        = [aws_iam_role_policy_attachment.reads]
  event_source_arn  = aws_kinesis_stream.s.arn
  function_name     = aws_lambda_function.f.arn
  starting_position = "LATEST"
  batch_size        = var.batch
}
resource "aws_lambda_code_signing_config" "c" {
  allowed_publishers { signing_profile_version_arns = ["arn:aws:signer:us-east-1:123456789012:/signing-profiles/p/abcdefghij"] }
  policies { untrusted_artifact_on_deployment = "Warn" }
}
resource "aws_lambda_provisioned_concurrency_config" "pc" {
  function_name                     = aws_lambda_alias.a.function_name
  qualifier                         = aws_lambda_alias.a.name
  provisioned_concurrent_executions = 1
}
resource "aws_lambda_layer_version_permission" "lp" {
  layer_name     = aws_lambda_layer_version.l.layer_name
  version_number = aws_lambda_layer_version.l.version
  principal      = "222222222222"
  action         = "lambda:GetLayerVersion"
  statement_id   = "dev"
}
resource "aws_lambda_function_url" "open" {
  function_name      = aws_lambda_function.f.function_name
  authorization_type = "NONE"
}
resource "aws_s3_bucket" "b" { bucket = "tf-code" }
resource "aws_s3_object" "o" {
  bucket = aws_s3_bucket.b.id
  key    = "code.zip"
  source = "code.zip"
  etag   = filemd5("code.zip")
}
resource "aws_lambda_code_signing_config" "warn" {
  allowed_publishers { signing_profile_version_arns = ["arn:aws:signer:us-east-1:123456789012:/signing-profiles/p/abcdefghij"] }
}
resource "aws_lambda_function" "s" {
  function_name           = "tf-s"
  role                    = aws_iam_role.r.arn
  s3_bucket               = aws_s3_bucket.b.id
  s3_key                  = aws_s3_object.o.key
  handler                 = "index.handler"
  runtime                 = "nodejs22.x"
  code_signing_config_arn = aws_lambda_code_signing_config.warn.arn
}
resource "aws_lambda_function_recursion_config" "rc" {
  function_name  = aws_lambda_function.s.function_name
  recursive_loop = "Allow"
}
resource "aws_lambda_runtime_management_config" "rm" {
  function_name     = aws_lambda_function.s.function_name
  update_runtime_on = "FunctionUpdate"
}
output "url" { value = aws_lambda_function_url.open.function_url }
