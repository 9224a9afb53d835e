import { request } from "node:http"
import { CommandFailure } from "./failure.ts"

/** Nobody answers at the door: the server is gone, or it is another's. */
export class DoorClosed extends CommandFailure {
  override name = "DoorClosed"
}

/** One call of the server's own interface, through its door. What the server refuses is thrown with its text. */
export async function ask({ door }: { door: string }, method: string, path: string, body?: unknown): Promise<unknown> {
  const { status, text } = await send(door, method, `/_hallpass/${path}`, body)
  const answer = JSON.parse(text) as { message?: string }
  if (status >= 400) throw new CommandFailure(answer.message ?? `the server answered ${status}.`)
  return answer
}

function send(door: string, method: string, path: string, body: unknown): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const closed = (error: Error) => reject(new DoorClosed(`the server does not answer: ${error.message}.`))
    const asked = request({ socketPath: door, method, path, headers: { host: "localhost" } }, (answer) => {
      let text = ""
      answer.setEncoding("utf8")
      answer.on("data", (piece: string) => {
        text += piece
      })
      answer.on("end", () => resolve({ status: answer.statusCode!, text }))
      answer.on("error", closed)
    })
    asked.on("error", closed)
    asked.end(body === undefined ? undefined : JSON.stringify(body))
  })
}
