// A click on 답글 opens a copy of the comment form beneath that comment. Without scripts the link leads to a page with the form.

export default function (section) {
  const model = section.querySelector(".comment-form")
  if (!model) return
  const blank = model.cloneNode(true)
  section.addEventListener("click", (event) => {
    const link = event.target.closest("[data-reply]")
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    toggle(section, link, blank)
  })
}

function toggle(section, link, blank) {
  const open = section.querySelector(".comment__reply")
  const same = open?.dataset.to === link.dataset.reply
  open?.remove()
  if (same) return link.focus()
  const box = document.createElement("div")
  box.className = "comment__reply"
  box.dataset.to = link.dataset.reply
  const form = formFor(link, blank)
  form.querySelector("[data-cancel]").addEventListener("click", () => toggle(section, link, blank))
  box.append(form)
  link.closest(".comment__tools").after(box)
  start(box)
  box.querySelector("textarea").focus()
}

function formFor(link, blank) {
  const form = blank.cloneNode(true)
  const to = link.dataset.reply
  for (const element of [form, ...form.querySelectorAll("[id]")]) element.id = `reply-${to}-${element.id}`
  for (const label of form.querySelectorAll("label[for]")) label.htmlFor = `reply-${to}-${label.htmlFor}`
  for (const field of form.querySelectorAll("[aria-describedby]")) {
    field.setAttribute("aria-describedby", field.getAttribute("aria-describedby").replace(/\S+/g, `reply-${to}-$&`))
  }
  form.querySelector(".count")?.remove()
  form.querySelector("[data-cancel]").hidden = false
  form.querySelector("label").textContent = link.textContent
  const send = form.querySelector("[data-as-reply]")
  send.textContent = send.dataset.asReply
  form.elements.parent_id.value = to
  form.elements.idempotency_key.value = crypto.randomUUID?.() ?? String(Math.random()).slice(2)
  form.elements.body.value = ""
  form.elements.secret.defaultChecked = "secret" in link.dataset
  return form
}
