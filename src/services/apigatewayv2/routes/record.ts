import type { Route, RouteResponse } from "@aws-sdk/client-apigatewayv2"
import { parts } from "../parts.ts"

export interface RouteBody extends Omit<Route, "RouteId"> {
  RouteKey: string
}

export const routes = parts<RouteBody>("route")
/** By `<route id>/<response id>`. */
export const routeResponses = parts<Omit<RouteResponse, "RouteResponseId">>("route-response")
