// Stores what is typed into a form, so that it survives an expired session, a lost connection and a closed tab. Drafts are stored in
// this browser by the form's action, and deleted when the redirect after a submit arrives. Never stored: passwords, captchas, tokens.
// data-draft-store="session": only until the tab is closed. data-draft: tells apart two forms with one action, as does parent_id.

const PREFIX = "draft:"
const SENT = "draft-sent"
const NEVER_STORED = /^(password|captcha|csrf_token|idempotency_key)/
const TEXT_TYPES = ["text", "email", "tel", "url"]
const KEPT_FOR = 7 * 24 * 3600 * 1000

clearSent()

export default function (form) {
  if (!(form instanceof HTMLFormElement)) return // the page after a submit, which only deletes the draft
  const key = keyOf(form)
  const store = storeOf(form)
  restore(form, key, store)
  form.addEventListener("input", () => {
    keep(fields(form).filter((field) => field.value !== field.defaultValue), key, store)
  })
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return
    keep(fields(form).filter((field) => field.value), key, store)
    write(sessionStorage, SENT, { key, action: new URL(form.action).pathname })
  })
}

function storeOf(form) {
  return form.dataset.draftStore === "session" ? sessionStorage : localStorage
}

function keyOf(form) {
  const parent = form.elements.parent_id?.value ?? ""
  return PREFIX + [new URL(form.action).pathname, form.dataset.draft ?? "", parent].join("|")
}

function fields(form) {
  return [...form.elements].filter(
    (field) => field.name && isText(field) && !NEVER_STORED.test(field.name) && field.autocomplete !== "off"
  )
}

function isText(field) {
  return field.tagName === "TEXTAREA" || (field.tagName === "INPUT" && TEXT_TYPES.includes(field.type))
}

function keep(typed, key, store) {
  if (typed.length) write(store, key, { at: Date.now(), typed: typed.map((field) => [field.name, field.value]) })
  else drop(store, key)
}

function restore(form, key, store) {
  const draft = read(store, key)
  if (!draft) return
  if (Date.now() - draft.at > KEPT_FOR) return drop(store, key)
  const kept = new Map(draft.typed)
  for (const field of fields(form)) {
    if (!kept.has(field.name) || field.value !== field.defaultValue) continue
    field.value = kept.get(field.name)
    field.dispatchEvent(new Event("input", { bubbles: true }))
  }
}

// An accepted form is answered with a redirect; a rejected one, or one without an answer, is not.
function clearSent() {
  const sent = read(sessionStorage, SENT)
  if (!sent) return
  drop(sessionStorage, SENT)
  const arrival = performance.getEntriesByType("navigation")[0]
  const isRedirected = arrival?.redirectCount > 0 && (arrival.responseStatus ?? 200) < 400
  if (!isRedirected || location.pathname === sent.action) return
  drop(localStorage, sent.key)
  drop(sessionStorage, sent.key)
}

function read(storage, key) {
  try {
    return JSON.parse(storage.getItem(key))
  } catch {
    return null
  }
}

function write(storage, key, value) {
  try {
    storage.setItem(key, JSON.stringify(value))
  } catch {
    // storage is full or disabled: the text is still on the page
  }
}

function drop(storage, key) {
  try {
    storage.removeItem(key)
  } catch {
    // storage is disabled
  }
}
