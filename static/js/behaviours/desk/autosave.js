// Stores on the server what is typed on the writing page, as a working copy: within 5 s of a pause and every 20 s while typing.
// Says when it was stored, or why not. Without a connection it tries again; after the login has ended it offers to log in in place.

const PAUSE = 4000 // milliseconds
const LONGEST = 20000 // while typing
const APART = 5000 // between two requests
const AGAIN = 10000 // after a failure
const ELSEWHERE = "/desk/posts/new" // a page of the desk, for its token

export default function (form) {
  const bar = form.querySelector(".writing-bar__state")
  const state = bar.querySelector("[data-autosave-state]")
  const login = bar.querySelector("[data-log-in]")
  let stored = contents(form) // what the server has
  let isTouched = false // the rich editor writes its own HTML into an article that nobody has changed
  let changedAt = 0 // the first change that is not stored
  let sentAt = 0
  let timer = 0
  let isStopped = false
  let request = null

  const say = (text, isProblem = false) => {
    bar.hidden = false
    bar.setAttribute("role", isProblem ? "status" : "none") // every few seconds: announced only when something is wrong
    state.textContent = text
    login.hidden = true
  }
  const plan = (delay) => {
    clearTimeout(timer)
    timer = setTimeout(send, Math.max(delay, sentAt + APART - Date.now(), 0))
  }
  const change = () => {
    if (isStopped) return
    isTouched = true
    changedAt ||= Date.now()
    plan(Math.min(PAUSE, changedAt + LONGEST - Date.now()))
  }

  async function send() {
    const body = contents(form)
    if (!isTouched || isStopped || request || body === stored) return
    sentAt = Date.now()
    changedAt = 0
    request = new AbortController()
    const options = { method: "POST", body: new URLSearchParams(body), headers: { Accept: "application/json" }, signal: request.signal }
    const answer = await fetch(form.dataset.autosave, options).catch(() => null)
    request = null
    if (isStopped) return
    await tell(answer, body)
    if (contents(form) !== stored) plan(answer?.ok ? PAUSE : AGAIN)
  }

  async function tell(answer, body) {
    if (answer?.ok) {
      stored = body
      return say(`${form.dataset.stored} ${(await answer.json()).stored}`)
    }
    if (!answer) return say(form.dataset.offline, true)
    if (answer.status === 400 && (await renewTokens(await fetch(ELSEWHERE).catch(() => null)))) return
    const hasEnded = answer.status === 400 || answer.status === 401
    const { error } = await answer.json().catch(() => ({}))
    say(hasEnded ? form.dataset.ended : (error ?? form.dataset.refused), true)
    login.hidden = !hasEnded
  }

  for (const event of ["input", "change", "compositionend"]) form.addEventListener(event, change)
  form.addEventListener("store-now", () => {
    if (isTouched && contents(form) !== stored) plan(0)
    else if (!bar.hidden) say(state.textContent)
  })
  addEventListener("online", () => plan(0))
  document.addEventListener("visibilitychange", () => document.hidden && send())
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return
    isStopped = true
    request?.abort()
    clearTimeout(timer)
  })
  addEventListener("pageshow", (event) => (isStopped &&= !event.persisted))
  document.addEventListener("submit", (event) => {
    if (!event.target.closest("dialog") || !new URL(event.target.action).pathname.startsWith("/login")) return
    event.preventDefault()
    event.stopPropagation()
    logIn(event.target, () => plan(0))
  }, { capture: true })
}

// What the form would send, without files and the token, as a query string.
function contents(form) {
  const pairs = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrf_token")
  return new URLSearchParams([...pairs, ["csrf_token", form.elements.csrf_token.value]]).toString()
}

// Logs in without leaving the page. The answer may be the form again, or that of the second step.
async function logIn(form, then) {
  const body = new URLSearchParams(new FormData(form))
  body.set("next", ELSEWHERE)
  const answer = await fetch(form.action, { method: "POST", body }).catch(() => null)
  if (!answer) return
  if (await renewTokens(answer.clone())) {
    form.closest("dialog").close()
    return then()
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html")
  const again = page.querySelector("[data-dialog-part] form")
  if (!again) return
  form.action = again.getAttribute("action")
  form.replaceChildren(...document.adoptNode(again).childNodes)
  form.querySelector("input:not([type=hidden])").focus()
}

// The forms of this page get the token of another page of the desk. Returns whether the answer is that page.
async function renewTokens(answer) {
  if (!answer?.ok || new URL(answer.url).pathname !== ELSEWHERE) return false
  const page = new DOMParser().parseFromString(await answer.text(), "text/html")
  const token = page.querySelector(".writing__form [name=csrf_token]").value
  for (const field of document.querySelectorAll("[name=csrf_token]")) field.value = token
  return true
}
