// Stores what a person changes in a form, so that it survives an expired session, a lost connection and a closed or crashed tab.
// Says so when it is restored, and offers to discard it. Never stored: files, passwords, captchas, tokens and hidden fields.
// A draft belongs to one reader (data-reader of the body) and one form: its action, `version` and `parent_id`. It is deleted when the
// redirect after a submit arrives, and after a week. data-draft-store="session": only until the tab is closed.
// data-draft of a field that scripts added: what tells it from others of its name. They announce such fields with "fields-added".

const PREFIX = "draft:"
const SENT = "draft-sent"
const NEVER_STORED = /^(password|captcha|csrf_token|idempotency_key)/
const NEVER_STORED_TYPES = ["file", "password", "hidden", "submit", "reset", "button", "image"]
const KEPT_FOR = 7 * 24 * 3600 * 1000 // milliseconds
const STORES = { local: storage("localStorage"), session: storage("sessionStorage") }

forgetAccepted()
forgetOld()

export default function (form) {
  const key = keyOf(form)
  const store = STORES[form.dataset.draftStore] ?? STORES.local
  const isReturned = "returned" in form.dataset || location.pathname === actionOf(form) // by the server, with what was typed: kept whole from now on
  const draft = { values: new Map(store.read(key)?.values), isWhole: isReturned }
  let isResetting = false

  const keep = () => {
    if (isResetting) return
    const present = fields(form)
    const names = new Set(present.map(([name]) => name))
    let hasChanges = draft.isWhole || [...draft.values.keys()].some((name) => !names.has(name))
    for (const [name, field] of present) {
      const isChanged = stateOf(field) !== defaultOf(field)
      if (isChanged || draft.isWhole || draft.values.has(name)) draft.values.set(name, stateOf(field))
      hasChanges ||= isChanged
    }
    if (hasChanges) store.write(key, { at: Date.now(), values: [...draft.values] })
    else store.drop(key)
  }

  const discard = () => {
    isResetting = true
    for (const [, field] of fields(form)) setState(field, defaultOf(field))
    isResetting = false
    draft.values.clear()
    draft.isWhole = false
    store.drop(key)
  }

  if (!isReturned && restore(form, draft.values)) offerToDiscard(form, discard)
  for (const event of ["input", "change", "compositionend"]) form.addEventListener(event, keep)
  const present = new Set(form.elements)
  form.addEventListener("fields-added", () => restore(form, draft.values, present)) // only what was added
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return
    keep()
    STORES.session.write(SENT, { key, action: actionOf(form) })
  })
}

function keyOf(form) {
  const value = (name) => form.elements[name]?.value ?? ""
  const parts = [document.body.dataset.reader ?? "", actionOf(form), value("version"), value("parent_id")]
  return PREFIX + parts.join("|")
}

function actionOf(form) {
  return new URL(form.getAttribute("action") ?? "", location.href).pathname
}

// Pairs of a name that is unique in the form, and a field.
function fields(form) {
  const counts = {}
  return [...form.elements].filter(isStored).map((field) => {
    const name = [field.name, isTicked(field) ? field.value : "", field.dataset.draft ?? ""].join("|")
    counts[name] = (counts[name] ?? 0) + 1
    return [`${name}|${counts[name]}`, field]
  })
}

function isStored(field) {
  return ["INPUT", "TEXTAREA", "SELECT"].includes(field.tagName) && field.name && !field.disabled &&
    !NEVER_STORED_TYPES.includes(field.type) && !NEVER_STORED.test(field.name)
}

function isTicked(field) {
  return field.type === "checkbox" || field.type === "radio"
}

// The state of a field as text: "true" or "false", the chosen values as JSON, or what was typed.
function stateOf(field) {
  if (isTicked(field)) return String(field.checked)
  if (field.tagName !== "SELECT") return field.value
  return JSON.stringify([...field.selectedOptions].map((option) => option.value))
}

// The state that the server sent.
function defaultOf(field) {
  if (isTicked(field)) return String(field.defaultChecked)
  if (field.tagName !== "SELECT") return asValue(field, field.defaultValue)
  const chosen = [...field.options].filter((option) => option.defaultSelected)
  const first = [...field.options].filter((option) => !option.disabled).slice(0, 1)
  const shown = field.multiple ? chosen : chosen.length ? chosen.slice(-1) : first
  return JSON.stringify(shown.map((option) => option.value))
}

// A text as the browser makes it the value of a field: without the seconds of a time, for example.
function asValue(field, text) {
  const probe = document.createElement(field.tagName)
  if (field.tagName === "INPUT") probe.type = field.type
  probe.value = text
  return probe.value
}

function setState(field, state) {
  if (stateOf(field) === state) return
  if (isTicked(field)) field.checked = state === "true"
  else if (field.tagName !== "SELECT") field.value = state
  else {
    const values = JSON.parse(state)
    for (const option of field.options) option.selected = values.includes(option.value)
  }
  for (const event of ["input", "change"]) field.dispatchEvent(new Event(event, { bubbles: true }))
}

// Returns whether the form now holds something of the draft. What the browser itself has restored stays.
function restore(form, values, except = new Set()) {
  let isRestored = false
  for (const [name, field] of fields(form)) {
    const state = values.get(name)
    if (except.has(field) || state === undefined || state === defaultOf(field)) continue
    if (stateOf(field) === defaultOf(field)) setState(field, state)
    isRestored ||= stateOf(field) === state
  }
  return isRestored
}

function offerToDiscard(form, discard) {
  const note = document.createElement("div")
  const text = document.createElement("span")
  const button = document.createElement("button")
  note.className = "draft"
  text.setAttribute("role", "status")
  button.type = "button"
  button.className = "button button--quiet button--small"
  button.textContent = form.dataset.discard
  button.addEventListener("click", () => {
    discard()
    note.remove()
    fields(form)[0]?.[1].focus()
  })
  note.append(text, button)
  form.prepend(note)
  text.textContent = form.dataset.restored // after the element itself, so that screen readers announce it
}

// An accepted form is answered with a redirect. One that was rejected is shown at its action, and may be sent again from there.
function forgetAccepted() {
  const sent = STORES.session.read(SENT)
  if (!sent) return
  STORES.session.drop(SENT)
  if (location.pathname === sent.action) return sendAgain(sent)
  const arrival = performance.getEntriesByType("navigation")[0]
  if (!(arrival?.redirectCount > 0) || (arrival.responseStatus ?? 200) >= 400) return
  for (const store of Object.values(STORES)) store.drop(sent.key)
}

function sendAgain(sent) {
  addEventListener("submit", (event) => {
    if (event.defaultPrevented || actionOf(event.target) !== sent.action) return
    if (!STORES.session.read(SENT)) STORES.session.write(SENT, sent)
  })
}

function forgetOld() {
  for (const store of Object.values(STORES)) {
    for (const key of store.keys().filter((key) => key.startsWith(PREFIX))) {
      if (!(Date.now() - store.read(key)?.at < KEPT_FOR)) store.drop(key)
    }
  }
}
