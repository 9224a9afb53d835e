// What AWS's console shows for a single page, without the React that react-oidc-context puts around oidc-client-ts. The test
// calls it.
import { UserManager, WebStorageStateStore } from "oidc-client-ts"

const { cognitoDomain, logoutUri, ...settings } = await (await fetch("/config.json")).json()
const users = new UserManager({ ...settings, userStore: new WebStorageStateStore({ store: localStorage }) })
if (new URLSearchParams(location.search).has("code")) {
  await users.signinCallback()
  history.replaceState({}, document.title, location.pathname)
}
globalThis.application = {
  signIn: () => void users.signinRedirect(),
  user: async () => {
    const user = await users.getUser()
    return user && { email: user.profile.email, token: user.access_token }
  },
  renew: async () => void (await users.signinSilent()),
  async signOut() {
    await users.removeUser()
    location.href = `${cognitoDomain}/logout?${new URLSearchParams({ client_id: settings.client_id, logout_uri: logoutUri })}`
  },
}
