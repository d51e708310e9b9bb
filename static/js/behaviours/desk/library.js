// The photo library in a dialog over the writing page: searching and paging stay in the dialog, and a chosen photo becomes a card of the
// article (photos.js). On its own page links and forms work by themselves.

export default function library(part) {
  if (!part.closest("dialog")) return
  part.addEventListener("submit", (event) => {
    event.preventDefault()
    const form = event.target
    if (form.method === "post") use(form, part.dataset.used)
    else show(part, `${form.action}?${new URLSearchParams(new FormData(form))}`)
  })
  part.addEventListener("click", (event) => {
    const link = event.target.closest(".paging a")
    if (!link) return
    event.preventDefault()
    show(part, link.href)
  })
  part.querySelector("select").addEventListener("change", (event) => event.target.form.requestSubmit())
}

async function show(part, address) {
  const answer = await fetch(address).catch(() => null)
  const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html")
  const found = page && page.querySelector("[data-found]")
  if (!found) return
  part.querySelector("[data-found]").replaceWith(document.adoptNode(found))
  part.closest("dialog").scrollTop = 0
}

async function use(form, done) {
  const button = form.querySelector("button")
  button.disabled = true
  const options = { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } }
  const answer = await fetch(form.action, options).catch(() => null)
  const { card } = (await answer?.json().catch(() => null)) ?? {}
  if (!card) return (button.disabled = false)
  document.dispatchEvent(new CustomEvent("photo-chosen", { detail: card }))
  button.textContent = done
}
