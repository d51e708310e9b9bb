// Calls the behaviour of each name in [data-behaviour] with its element. Elements added later need start(root), as in dialog.js.
// The server joins behaviours/*.js to this file (lib/web/assets.py); those of the desk are imported when an element needs one.
// An error ends only the behaviour in which it occurs.

const behaviours = {}

function define(name, load) {
  try {
    behaviours[name] = load()
  } catch (error) {
    report(name, error)
  }
}

function start(root) {
  const elements = [...root.querySelectorAll("[data-behaviour]")]
  if (root.dataset?.behaviour) elements.unshift(root)
  for (const element of elements) {
    for (const name of element.dataset.behaviour.split(/\s+/)) run(name, element)
  }
}

async function run(name, element) {
  try {
    const behaviour = behaviours[name] ?? (await import(`./js/behaviours/desk/${name}.js`)).default
    await behaviour(element)
  } catch (error) {
    report(name, error)
  }
}

function report(name, error) {
  console.error(`behaviour ${name}:`, error)
}

// JSON in localStorage or sessionStorage. Where storage is blocked, full or missing, reads return null and writes return false.
function storage(kind) {
  const attempt = (act) => {
    try {
      return act(window[kind])
    } catch {
      return null
    }
  }
  return {
    read: (key) => attempt((store) => JSON.parse(store.getItem(key))),
    write: (key, value) => attempt((store) => store.setItem(key, JSON.stringify(value)) ?? true) ?? false,
    drop: (key) => attempt((store) => store.removeItem(key)),
    keys: () => attempt((store) => Object.keys(store)) ?? [],
  }
}

function randomKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("")
}

// After Back or Forward a form may be filled in anew: it is another one for the server.
addEventListener("pageshow", (event) => {
  const navigation = performance.getEntriesByType?.("navigation")[0]
  if (!event.persisted && navigation?.type !== "back_forward") return
  for (const field of document.querySelectorAll("input[name=idempotency_key]")) field.value = randomKey()
})
