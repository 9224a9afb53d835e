import { createHash } from "node:crypto"
import type { Deps } from "../call.ts"
import type { HttpRequest, HttpResponse } from "../wire/http.ts"

/** What a browser sees at the server's address. It has no script, loads nothing, and holds no secret. */
export function findWelcome(
  request: HttpRequest,
  deps: Pick<Deps, "endpoint" | "defaultRegion" | "rootAccessKeyId">,
): HttpResponse | undefined {
  const { method, path, query, headers } = request
  const isMeant = (method === "GET" || method === "HEAD") && path === "/" && query === ""
  if (!isMeant || headers.authorization !== undefined || !headers.accept?.includes("text/html")) return undefined
  return { status: 200, headers: HEADERS, body: pageOf(linesOf(request, deps)) }
}

/** As `hallpass env` prints them; whose the key is, is told on this machine alone. */
function linesOf(
  { remoteAddress }: HttpRequest,
  { endpoint, defaultRegion, rootAccessKeyId }: Pick<Deps, "endpoint" | "defaultRegion" | "rootAccessKeyId">,
): string[] {
  const isHere = /^(?:127\.|::1$)/.test(remoteAddress)
  return [
    `export AWS_ENDPOINT_URL=${endpoint.url}`,
    `export AWS_ACCESS_KEY_ID=${isHere ? rootAccessKeyId : "..."}`,
    "export AWS_SECRET_ACCESS_KEY=...",
    `export AWS_REGION=${defaultRegion}`,
    `export AWS_DEFAULT_REGION=${defaultRegion}`,
    "unset AWS_SESSION_TOKEN AWS_PROFILE",
  ]
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

const STYLE = `:root{color-scheme:light dark;--ink:#1c2733;--soft:#566473;--paper:#fbfaf7;--card:#fff;--line:#dfe3e8;--mark:#0b6e5d;--code:#f3f5f7}
@media (prefers-color-scheme:dark){:root{--ink:#e6ebf0;--soft:#9fadba;--paper:#11161c;--card:#181f27;--line:#2b3642;--mark:#5fd0b8;--code:#0d1217}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.6 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:46rem;margin:0 auto;padding:clamp(1.5rem,6vw,4.5rem) clamp(1rem,5vw,2rem)}
h1{margin:0 0 .25rem;font-size:clamp(1.9rem,5vw,2.6rem);line-height:1.15;letter-spacing:-.02em}
h1 span{display:inline-block;width:.55em;height:.55em;margin-right:.4em;border-radius:.16em;background:var(--mark)}
h2{margin:0 0 .6rem;font-size:1.05rem}
p{margin:0 0 1rem}
.lead{color:var(--soft);font-size:1.1rem;margin-bottom:2rem}
section{margin:0 0 1.25rem;padding:1.25rem;border:1px solid var(--line);border-radius:.75rem;background:var(--card)}
section p:last-child,ul{margin-bottom:0}
pre{margin:0 0 .9rem;padding:.9rem 1rem;overflow-x:auto;border-radius:.5rem;background:var(--code);font:14px/1.55 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
code{font:.92em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
ul{padding-left:1.1rem;margin-top:0}
li{margin:.15rem 0}
a{color:var(--mark);text-underline-offset:.2em}
footer{color:var(--soft);font-size:.9rem}`

const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  vary: "accept",
}

const DOCUMENTS: readonly (readonly [where: string, what: string])[] = [
  ["npx hallpass help", "all commands; <code>npx hallpass help explain</code> tells of one"],
  ["README.md", "what it is and how to begin"],
  ["docs/commands.md", "every command and flag, and the server's own interface"],
  ["docs/policies.md", "policies, and how they are explained"],
]

const pageOf = (lines: readonly string[]): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>Hallpass</title>
<style>${STYLE}</style>
<main>
<h1><span></span>Hallpass</h1>
<p class="lead">A Cognito, IAM and STS of your own, with a policy engine that says why. AWS's SDKs and CLI are its clients; this page is
all that a browser sees here.</p>
<section>
<h2>Point a client at it</h2>
<pre>eval "$(npx hallpass env)"</pre>
<p>prints and sets these, with the secret that is not shown here:</p>
<pre>${lines.map(escapeHtml).join("\n")}</pre>
<p><code>npx hallpass doctor</code> says what is wrong where it does not work.</p>
</section>
<section>
<h2>After a refusal, ask why</h2>
<pre>npx hallpass explain</pre>
<p>tells what was expected, what came, and what to do; <code>npx hallpass decisions --follow</code> tells what comes.</p>
</section>
<section>
<h2>Documentation</h2>
<ul>
${DOCUMENTS.map(([where, what]) => `<li><code>${where}</code>: ${what}</li>`).join("\n")}
</ul>
</section>
<footer>It is up: <a href="/_hallpass/health">/_hallpass/health</a></footer>
</main>
</html>
`
