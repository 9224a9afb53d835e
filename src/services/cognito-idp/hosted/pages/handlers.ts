import type { HttpResponse } from "../../../../wire/http.ts"
import { assertCsrf } from "../csrf.ts"
import type { Handler } from "../hosted.ts"
import { NoPages, openSignInPage, type SignInPage } from "./page.ts"
import { unavailable } from "./problem-pages.ts"

/** A page of a sign-in, as it is asked for. */
export const shows = (show: (page: SignInPage) => Promise<HttpResponse>): Handler =>
  whereThereArePages(async (hosted) => show(await openSignInPage(hosted)))

/** What one of its forms sends. */
export const takes = (take: (page: SignInPage, form: URLSearchParams) => Promise<HttpResponse>): Handler =>
  whereThereArePages(async (hosted) => {
    assertCsrf(hosted)
    return take(await openSignInPage(hosted), hosted.form!)
  })

const whereThereArePages =
  (handler: Handler): Handler =>
  async (hosted) => {
    try {
      return await handler(hosted)
    } catch (error) {
      if (error instanceof NoPages) return unavailable(error.page)
      throw error
    }
  }
