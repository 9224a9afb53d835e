# Everything of HTTP APIs that is tried with Terraform: applied, read back without differences, changed, destroyed.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
variable "endpoint" {}
variable "description" { default = "first" }
variable "burst" { default = 5 }
variable "origin" { default = "https://a.example" }
variable "scopes" { default = ["photos/read"] }
provider "aws" {
  region = "us-east-1"
  endpoints {
    apigatewayv2   = var.endpoint
    cloudwatchlogs = var.endpoint
    cognitoidp     = var.endpoint
    iam            = var.endpoint
    lambda         = var.endpoint
    sts            = var.endpoint
  }
}
resource "aws_cognito_user_pool" "people" {
  name = "tf-people"
}
resource "aws_cognito_user_pool_client" "web" {
  name         = "web"
  user_pool_id = aws_cognito_user_pool.people.id
}
resource "aws_cloudwatch_log_group" "calls" {
  name = "tf-calls"
}
resource "aws_apigatewayv2_api" "photos" {
  name          = "tf-photos"
  protocol_type = "HTTP"
  description   = var.description
  version       = "1"
  cors_configuration {
    allow_origins     = [var.origin]
    allow_methods     = ["GET", "POST"]
    allow_headers     = ["authorization", "content-type"]
    expose_headers    = ["x-total"]
    allow_credentials = true
    max_age           = 300
  }
  tags = { team = var.description }
}
resource "aws_apigatewayv2_authorizer" "people" {
  api_id           = aws_apigatewayv2_api.photos.id
  name             = "people"
  authorizer_type  = "JWT"
  identity_sources = ["$request.header.Authorization"]
  jwt_configuration {
    audience = [aws_cognito_user_pool_client.web.id]
    issuer   = "https://${aws_cognito_user_pool.people.endpoint}"
  }
}
resource "aws_apigatewayv2_authorizer" "guard" {
  api_id                            = aws_apigatewayv2_api.photos.id
  name                              = "guard"
  authorizer_type                   = "REQUEST"
  authorizer_uri                    = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:guard/invocations"
  authorizer_payload_format_version = "2.0"
  authorizer_result_ttl_in_seconds  = 60
  enable_simple_responses           = true
  identity_sources                  = ["$request.header.X-Token"]
}
resource "aws_apigatewayv2_integration" "function" {
  api_id                 = aws_apigatewayv2_api.photos.id
  integration_type       = "AWS_PROXY"
  integration_uri        = "arn:aws:lambda:us-east-1:123456789012:function:photos"
  payload_format_version = "2.0"
  timeout_milliseconds   = 5000
}
resource "aws_apigatewayv2_integration" "backend" {
  api_id             = aws_apigatewayv2_api.photos.id
  integration_type   = "HTTP_PROXY"
  integration_method = "ANY"
  integration_uri    = "https://example.com/{proxy}"
  request_parameters = {
    "append:header.x-stage" = "$context.stage"
    "overwrite:path"        = "/v2$request.path"
  }
  response_parameters {
    status_code = 500
    mappings    = { "overwrite:statuscode" = "503" }
  }
}
resource "aws_apigatewayv2_route" "publish" {
  api_id               = aws_apigatewayv2_api.photos.id
  route_key            = "POST /published"
  target               = "integrations/${aws_apigatewayv2_integration.function.id}"
  authorization_type   = "JWT"
  authorizer_id        = aws_apigatewayv2_authorizer.people.id
  authorization_scopes = var.scopes
}
resource "aws_apigatewayv2_route" "guarded" {
  api_id             = aws_apigatewayv2_api.photos.id
  route_key          = "ANY /guarded/{proxy+}"
  target             = "integrations/${aws_apigatewayv2_integration.backend.id}"
  authorization_type = "CUSTOM"
  authorizer_id      = aws_apigatewayv2_authorizer.guard.id
}
resource "aws_apigatewayv2_route" "signed" {
  api_id             = aws_apigatewayv2_api.photos.id
  route_key          = "GET /photos/{id}"
  target             = "integrations/${aws_apigatewayv2_integration.function.id}"
  authorization_type = "AWS_IAM"
}
resource "aws_apigatewayv2_route" "default" {
  api_id    = aws_apigatewayv2_api.photos.id
  route_key = "$default"
  target    = "integrations/${aws_apigatewayv2_integration.function.id}"
}
resource "aws_apigatewayv2_stage" "default" {
  api_id          = aws_apigatewayv2_api.photos.id
  name            = "$default"
  auto_deploy     = true
  stage_variables = { color = var.description }
  default_route_settings {
    throttling_burst_limit = var.burst
    throttling_rate_limit  = 10
  }
  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.calls.arn
    format          = "$context.requestId $context.status"
  }
  tags = { team = "photos" }
}
resource "aws_apigatewayv2_deployment" "fixed" {
  api_id      = aws_apigatewayv2_api.photos.id
  description = "fixed"
  depends_on  = [aws_apigatewayv2_route.default]
}
resource "aws_apigatewayv2_stage" "prod" {
  api_id        = aws_apigatewayv2_api.photos.id
  name          = "prod"
  deployment_id = aws_apigatewayv2_deployment.fixed.id
  route_settings {
    route_key              = aws_apigatewayv2_route.publish.route_key
    throttling_burst_limit = var.burst
    throttling_rate_limit  = 1
  }
}
resource "aws_apigatewayv2_api" "quick" {
  name          = "tf-quick"
  protocol_type = "HTTP"
  target        = "arn:aws:lambda:us-east-1:123456789012:function:photos"
  route_key     = "GET /"
}
resource "aws_apigatewayv2_api" "chat" {
  name                       = "tf-chat"
  protocol_type              = "WEBSOCKET"
  route_selection_expression = "$request.body.action"
}
resource "aws_apigatewayv2_model" "message" {
  api_id       = aws_apigatewayv2_api.chat.id
  name         = "Message"
  content_type = "application/json"
  schema       = jsonencode({ type = "object", required = ["action"] })
}
resource "aws_apigatewayv2_integration" "chat" {
  api_id           = aws_apigatewayv2_api.chat.id
  integration_type = "MOCK"
}
resource "aws_apigatewayv2_route" "chat" {
  api_id                              = aws_apigatewayv2_api.chat.id
  route_key                           = "$default"
  target                              = "integrations/${aws_apigatewayv2_integration.chat.id}"
  route_response_selection_expression = "$default"
}
resource "aws_apigatewayv2_route_response" "chat" {
  api_id             = aws_apigatewayv2_api.chat.id
  route_id           = aws_apigatewayv2_route.chat.id
  route_response_key = "$default"
}
resource "aws_apigatewayv2_integration_response" "chat" {
  api_id                   = aws_apigatewayv2_api.chat.id
  integration_id           = aws_apigatewayv2_integration.chat.id
  integration_response_key = "/200/"
}
