import type { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { type FormEvent, useState } from "react"
import type { Book } from "../shop.ts"
import { addBook } from "./books.ts"
import { asRefusal, Refusal, type RefusalText } from "./refusal.tsx"

export interface AddBookProps {
  dynamodb: DynamoDBClient
  role: string | undefined
  onAdded(): void
}

/** Open to everyone who is in: whether it works is not the page's to say. */
export function AddBook({ dynamodb, role, onAdded }: AddBookProps) {
  const [refusal, setRefusal] = useState<RefusalText>()
  const [added, setAdded] = useState<Book>()
  const [isBusy, setBusy] = useState(false)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = event.currentTarget
    const text = (name: string) => String(new FormData(form).get(name)).trim()
    const book = { author: text("author"), title: text("title"), year: Number(text("year")) }
    setBusy(true)
    setAdded(undefined)
    setRefusal(undefined)
    try {
      await addBook(dynamodb, book)
      setAdded(book)
      form.reset()
      onAdded()
    } catch (error) {
      setRefusal(asRefusal(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <aside className="card">
      <h2>Add a book</h2>
      <p className="card-text">
        Your credentials are those of <strong>{role ?? "…"}</strong>. Editors’ role has <code>dynamodb:PutItem</code>.
      </p>
      <form onSubmit={submit}>
        <label>
          Author
          <input name="author" required autoComplete="off" placeholder="Stanisław Lem" />
        </label>
        <label>
          Title
          <input name="title" required autoComplete="off" placeholder="Solaris" />
        </label>
        <label>
          Year
          <input name="year" required type="number" min="0" max="2100" placeholder="1961" />
        </label>
        <button type="submit" className="button" disabled={isBusy}>
          {isBusy ? "Adding …" : "Add to the shelves"}
        </button>
      </form>
      {added && (
        <p className="added" role="status">
          <strong>{added.title}</strong> is on the shelf.
        </p>
      )}
      {refusal && <Refusal refusal={refusal} title="It stays off the shelf" />}
    </aside>
  )
}
