import type { CSSProperties } from "react"
import type { Book } from "../shop.ts"
import { groupByAuthor } from "./books.ts"

/** Cloth colours of the covers. */
const CLOTHS = ["#7a3b2e", "#2f4f6f", "#3d5a3a", "#6b4a7a", "#8a6a24", "#31606a", "#8c4256", "#4b4f58"]

function clothOf({ title }: Book): string {
  let sum = 7
  for (const character of title) sum = (sum * 167 + character.codePointAt(0)!) % 65_521
  return CLOTHS[sum % CLOTHS.length]!
}

function Cover({ book }: { book: Book }) {
  return (
    <li className="book" style={{ "--cloth": clothOf(book) } as CSSProperties}>
      <span className="book-title">{book.title}</span>
      <span className="book-year">{book.year}</span>
    </li>
  )
}

export function Shelves({ books }: { books: readonly Book[] }) {
  return groupByAuthor(books).map(([author, list]) => (
    <section className="shelf" key={author} aria-label={author}>
      <h2>
        {author}
        <small>{list.length === 1 ? "1 book" : `${list.length} books`}</small>
      </h2>
      <ul className="books">
        {list.map((book) => (
          <Cover book={book} key={book.title} />
        ))}
      </ul>
    </section>
  ))
}
