// Ctrl+S (Cmd+S) presses the button [data-shortcut=save]; without one, where readers know the article, it stores the working copy.
// Ctrl+Enter presses [data-shortcut=publish]. By the place of the key, for with a Korean keyboard S is ㄴ. A syllable that is being
// composed is finished first: saving waits for it, publishing has to be asked for again.

export default function shortcuts(form) {
  let isWaiting = false
  const act = (name) => {
    const button = form.querySelector(`[data-shortcut=${name}]`)
    if (button && name === "save") form.dispatchEvent(new Event("saved-by-key")) // for writing-mode.js
    if (button) form.requestSubmit(button)
    else if (name === "save") form.dispatchEvent(new Event("store-now"))
  }
  const press = (event) => {
    const name = shortcutOf(event)
    if (!name || document.querySelector("dialog[open]")) return
    event.preventDefault()
    if (event.isComposing) isWaiting ||= name === "save"
    else if (!event.repeat) act(name)
  }
  const finish = () => {
    if (isWaiting) setTimeout(() => act("save"))
    isWaiting = false
  }
  document.addEventListener("keydown", press)
  form.addEventListener("editor-keydown", (event) => press(event.detail))
  for (const name of ["compositionend", "editor-compositionend"]) form.addEventListener(name, finish)
  if (/^(Mac|iP)/.test(navigator.platform)) {
    for (const key of form.querySelectorAll("[data-control]")) key.textContent = "⌘"
  }
}

function shortcutOf({ code, ctrlKey, metaKey, altKey, shiftKey }) {
  if (!(ctrlKey || metaKey) || altKey || shiftKey) return ""
  return { KeyS: "save", Enter: "publish", NumpadEnter: "publish" }[code] ?? ""
}
