// 메뉴 opens a panel with copies of the links for members and of the footer's lists. Without scripts it leads to the footer.

export default function (link) {
  link.addEventListener("click", (event) => {
    if (typeof HTMLDialogElement !== "function" || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    open(link)
  })
}

function open(link) {
  const panel = document.createElement("dialog")
  panel.className = "panel"
  panel.setAttribute("aria-labelledby", "panel-title")
  panel.append(head(link, panel), ...copies(".bar .membership", "footer .sitemap", "footer .company"))
  panel.addEventListener("click", ({ target, clientX }) => {
    const isOutside = target === panel && clientX < panel.offsetLeft
    if (isOutside || target.closest("[data-behaviour~=dialog]")) panel.close() // of two dialogs only one stays open
  })
  panel.addEventListener("close", () => {
    panel.remove()
    link.focus()
  })
  document.body.append(panel)
  panel.showModal()
  start(panel)
}

function head(link, panel) {
  const head = document.createElement("div")
  head.className = "panel__head"
  const title = document.createElement("h2")
  title.id = "panel-title"
  title.textContent = link.textContent
  const close = document.createElement("button")
  close.type = "button"
  close.textContent = "×"
  close.setAttribute("aria-label", link.dataset.close)
  close.addEventListener("click", () => panel.close())
  head.append(title, close)
  return head
}

function copies(...selectors) {
  return selectors.map((selector) => document.querySelector(selector)).filter(Boolean).map((part) => {
    const copy = part.cloneNode(true)
    copy.removeAttribute("id")
    return copy
  })
}
