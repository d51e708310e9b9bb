// A link to a page with a [data-dialog-part] opens that part in a dialog, fetched on click.
// On any error, and on a click with a modifier key, the browser follows the link instead.

export default function (link) {
  link.addEventListener("click", async (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    if (typeof HTMLDialogElement !== "function" || document.querySelector("main [data-dialog-part]")) return
    event.preventDefault()
    if (link.dataset.opening) return
    link.dataset.opening = "true"
    try {
      open(await fetchPart(link.href), link)
    } catch {
      location.assign(link.href)
    } finally {
      delete link.dataset.opening
    }
  })
}

async function fetchPart(address) {
  const answer = await fetch(address)
  if (!answer.ok || answer.redirected) throw new Error(answer.status)
  const page = new DOMParser().parseFromString(await answer.text(), "text/html")
  const part = page.querySelector("[data-dialog-part]")
  if (!part) throw new Error("the page has no part for a dialog")
  const hasSameId = [...part.querySelectorAll("[id]")].some((element) => document.getElementById(element.id))
  if (hasSameId) throw new Error("an id would be used twice")
  return document.adoptNode(part)
}

function open(part, link) {
  const dialog = document.createElement("dialog")
  dialog.className = "dialog"
  const title = part.querySelector("h1")
  if (title) {
    const heading = document.createElement("h2")
    heading.id = "dialog-title"
    heading.textContent = title.textContent
    title.replaceWith(heading)
    dialog.setAttribute("aria-labelledby", heading.id)
  }
  dialog.append(closeButton(dialog, link), part)
  const next = part.querySelector("[name=next]")
  if (next) next.value = location.pathname + location.search
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog && isOutside(dialog, event)) dialog.close()
  })
  dialog.addEventListener("close", () => {
    dialog.remove()
    link.focus()
  })
  document.body.append(dialog)
  dialog.showModal()
  part.querySelector("input:not([type=hidden])")?.focus()
  start(dialog)
}

function closeButton(dialog, link) {
  const button = document.createElement("button")
  button.type = "button"
  button.className = "dialog__close"
  button.setAttribute("aria-label", link.dataset.close || "×")
  button.textContent = "×"
  button.addEventListener("click", () => dialog.close())
  return button
}

function isOutside(dialog, event) {
  const box = dialog.getBoundingClientRect()
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom
}
