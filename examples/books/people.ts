/** Who can sign in from the start. Everybody else signs up, and is a reader. */
export const PASSWORD = "Read-more-books-1"

export const PEOPLE = [
  { email: "reader@example.com", group: "Readers" },
  { email: "editor@example.com", group: "Editors" },
] as const
