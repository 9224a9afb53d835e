// What makes a form handier where scripts run. Without it everything works as well.
for (const peek of document.querySelectorAll(".peek")) {
  const input = peek.parentElement.querySelector("input")
  peek.hidden = false
  peek.addEventListener("click", () => {
    const isShown = input.type === "password"
    input.type = isShown ? "text" : "password"
    peek.setAttribute("aria-pressed", String(isShown))
    input.focus()
  })
  // Browsers remember what was typed as text, so it is sent as a password.
  input.form.addEventListener("submit", () => {
    input.type = "password"
  })
}

const CHECKS = {
  length: (text, least) => [...text].length >= Number(least),
  lower: (text) => /[a-z]/.test(text),
  upper: (text) => /[A-Z]/.test(text),
  digit: (text) => /\d/.test(text),
  symbol: (text) => /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]/.test(text) || text.trim().includes(" "),
}

for (const rules of document.querySelectorAll(".rules")) {
  const input = document.getElementById(rules.dataset.of)
  const mark = () => {
    for (const rule of rules.children) {
      const isMet = CHECKS[rule.dataset.check](input.value, rule.dataset.least)
      rule.classList.toggle("passwordCheck-valid-customizable", isMet)
      rule.classList.toggle("passwordCheck-notValid-customizable", !isMet)
    }
  }
  input.addEventListener("input", mark)
  mark()
}

// A second click while the first is under way would use a code twice.
for (const form of document.forms) {
  let isSent = false
  form.addEventListener("submit", (event) => {
    if (isSent) event.preventDefault()
    isSent = true
  })
  addEventListener("pageshow", () => {
    isSent = false
  })
}
