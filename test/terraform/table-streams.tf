# Streams of tables as Terraform has them: applied, read back without differences, changed, destroyed.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
variable "endpoint" {}
variable "view" { default = "NEW_AND_OLD_IMAGES" }
variable "enabled" { default = true }
variable "precision" { default = "MILLISECOND" }
provider "aws" {
  region = "us-east-1"
  endpoints {
    sts      = var.endpoint
    iam      = var.endpoint
    dynamodb = var.endpoint
    kinesis  = var.endpoint
  }
}
resource "aws_dynamodb_table" "streamed" {
  name             = "tf-streamed"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = var.enabled
  stream_view_type = var.enabled ? var.view : null
  attribute {
    name = "id"
    type = "S"
  }
}
resource "aws_dynamodb_table" "plain" {
  name         = "tf-plain"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
}
resource "aws_dynamodb_resource_policy" "of_the_stream" {
  count        = var.enabled ? 1 : 0
  resource_arn = aws_dynamodb_table.streamed.stream_arn
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::123456789012:root" }, Action = "dynamodb:GetRecords", Resource = aws_dynamodb_table.streamed.stream_arn }]
  })
}
resource "aws_kinesis_stream" "changes" {
  name        = "tf-changes"
  shard_count = 1
}
resource "aws_dynamodb_kinesis_streaming_destination" "changes" {
  table_name                               = aws_dynamodb_table.plain.name
  stream_arn                               = aws_kinesis_stream.changes.arn
  approximate_creation_date_time_precision = var.precision
}
output "stream_arn" { value = aws_dynamodb_table.streamed.stream_arn }
