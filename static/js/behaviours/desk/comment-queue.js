// Keys of the queue: j and k walk, x selects, a approves; h, s and d open what asks for a reason or asks back, and go to its first
// field. By the place of the key, for with a Korean keyboard J is ㅓ. Not while something is typed.

const KEYS = { KeyJ: "j", KeyK: "k", KeyX: "x", KeyA: "a", KeyH: "h", KeyS: "s", KeyD: "d" }
const TYPED_INTO = "input:not([type=checkbox]), textarea, select, [contenteditable]"

export default function commentQueue(form) {
  const lines = [...form.querySelectorAll(".queue__line")]
  const current = () => lines.findIndex((line) => line.contains(document.activeElement))

  const walk = (step) => {
    const place = current()
    const line = lines[place < 0 ? 0 : Math.min(Math.max(place + step, 0), lines.length - 1)]
    line.focus()
    line.scrollIntoView({ block: "nearest" })
  }
  const press = (key) => {
    const target = lines[current()]?.querySelector(`[data-key="${key}"]`)
    if (!target) return
    if (!target.matches("details")) return target.click()
    target.open = !target.open
    target.querySelector(target.open ? "select, button" : "summary").focus()
  }
  document.addEventListener("keydown", (event) => {
    const key = KEYS[event.code]
    const isCommand = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey
    if (!key || isCommand || event.isComposing || event.repeat && !"jk".includes(key)) return
    if (event.target.closest(TYPED_INTO) || document.querySelector("dialog[open]")) return
    event.preventDefault()
    if (key === "j" || key === "k") walk(key === "j" ? 1 : -1)
    else press(key)
  })
}
