# Everything of REST APIs that is tried with Terraform: applied, read back without differences, changed, destroyed.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
variable "endpoint" {}
variable "description" { default = "first" }
variable "burst" { default = 5 }
variable "quota" { default = 100 }
variable "template" { default = "{\"statusCode\": 200}" }
variable "compression" { default = 1024 }
variable "log_level" { default = "INFO" }
provider "aws" {
  region = "us-east-1"
  endpoints {
    apigateway = var.endpoint
    cognitoidp = var.endpoint
    iam        = var.endpoint
    sts        = var.endpoint
  }
}
resource "aws_cognito_user_pool" "people" {
  name = "tf-people"
}
resource "aws_iam_role" "logs" {
  name               = "tf-gateway-logs"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "apigateway.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_iam_role_policy" "logs" {
  name   = "logs"
  role   = aws_iam_role.logs.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "logs:*", Resource = "*" }] })
}
resource "aws_api_gateway_account" "account" {
  cloudwatch_role_arn = aws_iam_role.logs.arn
  depends_on          = [aws_iam_role_policy.logs]
}
resource "aws_api_gateway_rest_api" "pets" {
  name                     = "tf-pets"
  description              = var.description
  binary_media_types       = ["image/png", "*/*"]
  minimum_compression_size = var.compression
  endpoint_configuration {
    types = ["REGIONAL"]
  }
  tags = { team = var.description }
}
resource "aws_api_gateway_rest_api_policy" "pets" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = "*", Action = "execute-api:Invoke", Resource = "${aws_api_gateway_rest_api.pets.execution_arn}/*" }]
  })
}
resource "aws_api_gateway_resource" "pets" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  parent_id   = aws_api_gateway_rest_api.pets.root_resource_id
  path_part   = "pets"
}
resource "aws_api_gateway_resource" "pet" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  parent_id   = aws_api_gateway_resource.pets.id
  path_part   = "{petId}"
}
resource "aws_api_gateway_model" "pet" {
  rest_api_id  = aws_api_gateway_rest_api.pets.id
  name         = "Pet"
  description  = var.description
  content_type = "application/json"
  schema       = jsonencode({ type = "object", properties = { name = { type = "string" } } })
}
resource "aws_api_gateway_request_validator" "all" {
  rest_api_id                 = aws_api_gateway_rest_api.pets.id
  name                        = "all"
  validate_request_body       = true
  validate_request_parameters = true
}
resource "aws_api_gateway_authorizer" "people" {
  rest_api_id   = aws_api_gateway_rest_api.pets.id
  name          = "people"
  type          = "COGNITO_USER_POOLS"
  provider_arns = [aws_cognito_user_pool.people.arn]
}
resource "aws_api_gateway_gateway_response" "unauthorized" {
  rest_api_id         = aws_api_gateway_rest_api.pets.id
  response_type       = "UNAUTHORIZED"
  status_code         = "401"
  response_templates  = { "application/json" = "{\"message\":\"${var.description}\"}" }
  response_parameters = { "gatewayresponse.header.Access-Control-Allow-Origin" = "'*'" }
}
resource "aws_api_gateway_method" "list" {
  rest_api_id          = aws_api_gateway_rest_api.pets.id
  resource_id          = aws_api_gateway_resource.pets.id
  http_method          = "GET"
  authorization        = "COGNITO_USER_POOLS"
  authorizer_id        = aws_api_gateway_authorizer.people.id
  authorization_scopes = ["pets/read"]
  api_key_required     = true
  request_validator_id = aws_api_gateway_request_validator.all.id
  request_models       = { "application/json" = aws_api_gateway_model.pet.name }
  request_parameters   = { "method.request.querystring.kind" = true }
}
resource "aws_api_gateway_method" "get" {
  rest_api_id        = aws_api_gateway_rest_api.pets.id
  resource_id        = aws_api_gateway_resource.pet.id
  http_method        = "ANY"
  authorization      = "AWS_IAM"
  request_parameters = { "method.request.path.petId" = true }
}
resource "aws_api_gateway_integration" "list" {
  rest_api_id       = aws_api_gateway_rest_api.pets.id
  resource_id       = aws_api_gateway_resource.pets.id
  http_method       = aws_api_gateway_method.list.http_method
  type              = "MOCK"
  request_templates = { "application/json" = var.template }
}
resource "aws_api_gateway_integration" "get" {
  rest_api_id             = aws_api_gateway_rest_api.pets.id
  resource_id             = aws_api_gateway_resource.pet.id
  http_method             = aws_api_gateway_method.get.http_method
  type                    = "HTTP_PROXY"
  integration_http_method = "ANY"
  uri                     = "https://pets.example/{petId}"
  cache_key_parameters    = ["method.request.path.petId"]
  request_parameters      = { "integration.request.path.petId" = "method.request.path.petId" }
  timeout_milliseconds    = 5000
}
resource "aws_api_gateway_method_response" "ok" {
  rest_api_id         = aws_api_gateway_rest_api.pets.id
  resource_id         = aws_api_gateway_resource.pets.id
  http_method         = aws_api_gateway_method.list.http_method
  status_code         = "200"
  response_models     = { "application/json" = "Empty" }
  response_parameters = { "method.response.header.X-From" = true }
}
resource "aws_api_gateway_integration_response" "ok" {
  rest_api_id         = aws_api_gateway_rest_api.pets.id
  resource_id         = aws_api_gateway_resource.pets.id
  http_method         = aws_api_gateway_method.list.http_method
  status_code         = aws_api_gateway_method_response.ok.status_code
  response_parameters = { "method.response.header.X-From" = "'${var.description}'" }
  response_templates  = { "application/json" = "{}" }
  depends_on          = [aws_api_gateway_integration.list]
}
resource "aws_api_gateway_deployment" "pets" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  triggers    = { template = var.template }
  depends_on  = [aws_api_gateway_integration.list, aws_api_gateway_integration.get, aws_api_gateway_integration_response.ok]
  lifecycle {
    create_before_destroy = true
  }
}
resource "aws_api_gateway_client_certificate" "backend" {
  description = var.description
}
resource "aws_api_gateway_documentation_part" "api" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  properties  = jsonencode({ description = var.description })
  location {
    type   = "METHOD"
    method = "GET"
    path   = "/pets"
  }
}
resource "aws_api_gateway_documentation_version" "first" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  version     = "1.0"
  description = var.description
  depends_on  = [aws_api_gateway_documentation_part.api]
}
resource "aws_api_gateway_stage" "prod" {
  rest_api_id           = aws_api_gateway_rest_api.pets.id
  deployment_id         = aws_api_gateway_deployment.pets.id
  stage_name            = "prod"
  description           = var.description
  variables             = { color = var.description }
  client_certificate_id = aws_api_gateway_client_certificate.backend.id
  documentation_version = aws_api_gateway_documentation_version.first.version
  xray_tracing_enabled  = true
  tags                  = { team = var.description }
  access_log_settings {
    destination_arn = "arn:aws:logs:us-east-1:123456789012:log-group:pets"
    format          = "$context.requestId ${var.description}"
  }
  depends_on = [aws_api_gateway_account.account]
}
resource "aws_api_gateway_method_settings" "all" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  stage_name  = aws_api_gateway_stage.prod.stage_name
  method_path = "*/*"
  settings {
    throttling_burst_limit = var.burst
    throttling_rate_limit  = 2.5
    metrics_enabled        = true
    logging_level          = var.log_level
  }
}
resource "aws_api_gateway_method_settings" "pet" {
  rest_api_id = aws_api_gateway_rest_api.pets.id
  stage_name  = aws_api_gateway_stage.prod.stage_name
  method_path = "${trimprefix(aws_api_gateway_resource.pet.path, "/")}/ANY"
  settings {
    throttling_burst_limit = 1
    throttling_rate_limit  = 1
  }
}
resource "aws_api_gateway_usage_plan" "basic" {
  name         = "tf-basic"
  description  = var.description
  product_code = "code"
  api_stages {
    api_id = aws_api_gateway_rest_api.pets.id
    stage  = aws_api_gateway_stage.prod.stage_name
    throttle {
      path        = "/pets/GET"
      burst_limit = var.burst
      rate_limit  = 2
    }
  }
  quota_settings {
    limit  = var.quota
    period = "MONTH"
  }
  throttle_settings {
    burst_limit = var.burst
    rate_limit  = 10
  }
}
resource "aws_api_gateway_api_key" "app" {
  name        = "tf-app"
  description = var.description
  tags        = { team = var.description }
}
resource "aws_api_gateway_usage_plan_key" "app" {
  key_id        = aws_api_gateway_api_key.app.id
  key_type      = "API_KEY"
  usage_plan_id = aws_api_gateway_usage_plan.basic.id
}
resource "aws_api_gateway_domain_name" "regional" {
  domain_name              = "pets.example.com"
  regional_certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/${var.description}"
  endpoint_configuration {
    types = ["REGIONAL"]
  }
}
resource "aws_api_gateway_base_path_mapping" "v1" {
  api_id      = aws_api_gateway_rest_api.pets.id
  stage_name  = aws_api_gateway_stage.prod.stage_name
  domain_name = aws_api_gateway_domain_name.regional.domain_name
  base_path   = var.description
}
