import type { HostedRoute } from "../hosted.ts"
import { confirmByLink, showConfirm, takeConfirm, takeResend } from "./confirm.ts"
import { showForgotten, showNewPassword, takeForgotten, takeNewPassword } from "./forgotten.ts"
import { showPasskeys, takePasskeys } from "./passkeys.ts"
import { errorPage } from "./problem-pages.ts"
import { serveFile, serveImage, serveLogo, serveStyle } from "./serve-assets.ts"
import { showSignIn, takeSignIn } from "./sign-in.ts"
import { showSignUp, takeSignUp } from "./sign-up.ts"

/** What people see, and what it is dressed in. */
export const PAGES: Readonly<Record<string, HostedRoute>> = {
  "/login": { name: "Login", GET: showSignIn, POST: takeSignIn },
  "/signup": { name: "Signup", GET: showSignUp, POST: takeSignUp },
  "/confirm": { name: "Confirm", GET: showConfirm, POST: takeConfirm },
  "/resendcode": { name: "ResendCode", GET: showConfirm, POST: takeResend },
  "/confirmUser": { name: "ConfirmUser", GET: confirmByLink },
  "/forgotPassword": { name: "ForgotPassword", GET: showForgotten, POST: takeForgotten },
  "/confirmforgotPassword": { name: "ConfirmForgotPassword", GET: showNewPassword, POST: takeNewPassword },
  "/passkeys/add": { name: "Passkeys_Add", GET: showPasskeys, POST: takePasskeys },
  "/error": { name: "Error", GET: errorPage },
  "/assets/pages.css": { name: "Asset", GET: serveFile("pages.css") },
  "/assets/pages.js": { name: "Asset", GET: serveFile("pages.js") },
  "/assets/passkeys.js": { name: "Asset", GET: serveFile("passkeys.js") },
  "/assets/style.css": { name: "Asset", GET: serveStyle },
  "/assets/image": { name: "Asset", GET: serveImage },
  "/assets/logo": { name: "Asset", GET: serveLogo },
}
