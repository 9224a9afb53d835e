// Asks the browser for a passkey, or for a new one, and sends what it answers with the form.
const form = document.querySelector("form[data-passkey]")
const alert = document.querySelector("[data-passkey-alert]")
const button = form.querySelector("button")

const bytesOf = (text) => {
  const padded = text
    .replace(/-/g, "+")
    .replace(/_/g, "/")
    .padEnd(Math.ceil(text.length / 4) * 4, "=")
  return Uint8Array.from(atob(padded), (character) => character.charCodeAt(0))
}
const textOf = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "")

const withIds = (list = []) => list.map((one) => ({ ...one, id: bytesOf(one.id) }))

function parse(kind, { publicKey: inner, ...outer }) {
  const options = inner ?? outer
  const parsed = { ...options, challenge: bytesOf(options.challenge) }
  if (kind === "get") return { ...parsed, allowCredentials: withIds(options.allowCredentials) }
  return {
    ...parsed,
    user: { ...options.user, id: bytesOf(options.user.id) },
    excludeCredentials: withIds(options.excludeCredentials),
  }
}

function format(credential) {
  const { response } = credential
  const json = { clientDataJSON: textOf(response.clientDataJSON) }
  for (const name of ["authenticatorData", "signature", "userHandle", "attestationObject"])
    if (response[name]) json[name] = textOf(response[name])
  if (response.getTransports) json.transports = response.getTransports()
  return {
    id: credential.id,
    rawId: textOf(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: json,
  }
}

function tell(text) {
  alert.textContent = text
  alert.hidden = text === ""
}

async function ask(event) {
  event.preventDefault()
  tell("")
  button.disabled = true
  try {
    const { passkey: kind, options } = form.dataset
    const publicKey = parse(kind, JSON.parse(options))
    const credential =
      kind === "get"
        ? await navigator.credentials.get({ publicKey })
        : await navigator.credentials.create({ publicKey })
    form.elements.credential.value = JSON.stringify(format(credential))
    form.submit()
  } catch {
    tell(alert.dataset.failed)
    button.disabled = false
  }
}

if (window.PublicKeyCredential) {
  button.hidden = false
  form.addEventListener("submit", ask)
} else tell(alert.dataset.unsupported)
