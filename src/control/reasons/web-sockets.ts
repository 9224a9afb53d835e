import { held } from "./apis.ts"
import type { WordsByCheck } from "./reason.ts"

/** What is checked beside policies of WebSocket APIs. */
export const WEB_SOCKET_WORDS: WordsByCheck = {
  $connect: held(
    () => "The integration of $connect refused the handshake.",
    "The function or server behind $connect decides it: its log says why. From 400 on, its status refuses.",
  ),
  "signature of a handshake": held(
    () => "The route $connect is one of AWS_IAM, and the handshake was not signed.",
    "Sign the headers or the URL for the service execute-api in the API's region; browsers can send a signed URL alone.",
  ),
  "which route a message is for": held(
    () => "No route of the stage's deployment takes the message.",
    "Create the route, or $default for whatever has none, and deploy the API; the route selection expression says where the key stands in a message.",
  ),
  "WebSocket message": held(
    () => "The message was of bytes. WebSocket APIs take text alone, and end the connection.",
    "Send text; bytes can be sent as Base64.",
  ),
  "WebSocket connection": held(
    () => "There is no such connection that could be used.",
    "Ids are requestContext.connectionId of events; a connection ends with its client, after 10 minutes without a message, after 2 hours, or with its node. Whoever gets 410 forgets the id.",
  ),
  "request template": held(
    () => "The integration has no request template for the message, and passes nothing through.",
    "Give it a template that the template selection expression comes to, or set PassthroughBehavior to WHEN_NO_MATCH.",
  ),
}
