// What is typed into a form survives an expired session, a lost connection and a closed tab: it is kept in this
// browser, by address and field, until the page that follows a sent form arrives. Never passwords, digits or tokens.
// `data-draft-store="session"`: only until the tab is closed. `data-draft="name"` on the form tells two forms with one action apart; a form that answers a comment is told by parent_id.

const PREFIX = "draft:"
const SENT = "draft-sent"
const KEPT_FOR = 7 * 24 * 3600 * 1000

clearSent()

export default function (form) {
  if (!(form instanceof HTMLFormElement)) return // a page of thanks: clearing is all it wants
  const key = keyOf(form)
  const store = storeOf(form)
  restore(form, key, store)
  form.addEventListener("input", () => keep(fields(form).filter((field) => field.value !== field.defaultValue), key, store))
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
    (field) =>
      field.name && (field.tagName === "TEXTAREA" || (field.tagName === "INPUT" && ["text", "email", "tel", "url"].includes(field.type))) &&
      !/^(password|captcha|csrf_token|idempotency_key)/.test(field.name) && field.autocomplete !== "off"
  )
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

// A form that was taken is answered with a redirect; a refusal, or no answer at all, is not.
function clearSent() {
  const sent = read(sessionStorage, SENT)
  if (!sent) return
  drop(sessionStorage, SENT)
  const arrival = performance.getEntriesByType("navigation")[0]
  const taken = arrival?.redirectCount > 0 && (arrival.responseStatus ?? 200) < 400 && location.pathname !== sent.action
  if (!taken) return
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
    // full, or forbidden: the text is on the page still
  }
}

function drop(storage, key) {
  try {
    storage.removeItem(key)
  } catch {
    // forbidden
  }
}
