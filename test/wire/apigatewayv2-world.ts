import { ApiGatewayV2 } from "@aws-sdk/client-apigatewayv2"
import { type LambdaWorld, openLambdaWorld } from "./lambda-world.ts"

export interface GatewayWorld extends LambdaWorld {
  gateway: ApiGatewayV2
  /** An HTTP API with an integration that is a function; its ids. */
  makeApi(name?: string): Promise<{ ApiId: string; IntegrationId: string; Target: string }>
}

export async function openGatewayWorld(flags: string[] = []): Promise<GatewayWorld> {
  const world = await openLambdaWorld(flags)
  const gateway = new ApiGatewayV2(world.server.client)
  return {
    ...world,
    gateway,
    async makeApi(Name = "orders") {
      const { ApiId = "" } = await gateway.createApi({ Name, ProtocolType: "HTTP" })
      const { IntegrationId = "" } = await gateway.createIntegration({
        ApiId,
        IntegrationType: "AWS_PROXY",
        IntegrationUri: world.arn("backend"),
        PayloadFormatVersion: "2.0",
      })
      return { ApiId, IntegrationId, Target: `integrations/${IntegrationId}` }
    },
  }
}

/** What a call answered, without what the client adds. */
export function plain<T extends object>(output: T): Omit<T, "$metadata"> {
  const { $metadata: _, ...rest } = output as T & { $metadata?: unknown }
  return rest as Omit<T, "$metadata">
}
