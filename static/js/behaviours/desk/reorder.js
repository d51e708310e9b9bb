// Puts the items of lists in order: by their buttons without loading the page again, or by dragging a handle, also into another list of
// the same kind. Each move is sent at once, one after the other. Where that fails, the page is loaded again as the server has it.

export default function reorder(root) {
  let queue = Promise.resolve()
  const moved = (item) => {
    const list = item.parentElement
    const position = [...list.children].indexOf(item)
    root.querySelector("[role=status]").textContent = root.dataset.moved.replace("{n}", position + 1)
    const fields = { csrf_token: root.dataset.token, position, group_id: list.dataset.group ?? "" }
    queue = queue.then(() => send(item.dataset.address, fields))
  }
  root.addEventListener("submit", (event) => {
    const step = { up: -1, down: 1 }[event.target.elements.move?.value]
    if (!step) return
    event.preventDefault()
    const item = event.target.closest("[data-item]")
    if (move(item, step)) moved(item)
  })
  for (const handle of root.querySelectorAll("[data-handle]")) drag(root, handle, moved)
}

async function send(address, fields) {
  const options = { method: "POST", body: new URLSearchParams(fields), redirect: "manual" }
  const answer = await fetch(address, options).catch(() => null)
  if (answer?.type !== "opaqueredirect") location.reload()
}

// Moves the neighbour, not the item: what moves loses the focus. Returns whether there was one.
function move(item, step) {
  const neighbour = step < 0 ? item.previousElementSibling : item.nextElementSibling
  if (neighbour) step < 0 ? item.after(neighbour) : item.before(neighbour)
  return Boolean(neighbour)
}

// While it is dragged the item stays, and a line shows where it would go: moved, it would lose the pointer.
function drag(root, handle, moved) {
  const item = handle.closest("[data-item]")
  let target = null
  const mark = (place) => {
    target?.element.classList.remove("is-before", "is-after", "is-target")
    target = place
    target?.element.classList.add(target.mark)
  }
  handle.hidden = false
  handle.addEventListener("pointerdown", (event) => {
    if (event.button) return
    event.preventDefault()
    handle.setPointerCapture(event.pointerId)
    item.classList.add("is-dragged")
  })
  handle.addEventListener("pointermove", ({ clientX, clientY }) => {
    if (item.classList.contains("is-dragged")) mark(placeAt(root, item, clientX, clientY))
  })
  handle.addEventListener("lostpointercapture", () => {
    item.classList.remove("is-dragged")
    const place = target
    mark(null)
    if (!place) return
    if (place.mark === "is-target") place.element.append(item)
    else place.mark === "is-before" ? place.element.before(item) : place.element.after(item)
    moved(item)
  })
  handle.addEventListener("pointercancel", () => mark(null))
}

// The item before or after which it would go, or the empty list; null: it stays.
function placeAt(root, item, x, y) {
  const kind = item.dataset.item
  const below = document.elementFromPoint(x, y)
  const other = below?.closest(`[data-item=${kind}]`)
  if (other && root.contains(other)) {
    if (other === item) return null
    const box = other.getBoundingClientRect()
    return { element: other, mark: y < box.top + box.height / 2 ? "is-before" : "is-after" }
  }
  const list = below?.closest("[data-item]")?.querySelector(`[data-items=${kind}]`)
  return list && !list.children.length ? { element: list, mark: "is-target" } : null
}
