// Ignores a second submit within five seconds, as from a double click.

export default function (form) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return
    if (form.dataset.sent) return event.preventDefault()
    form.dataset.sent = "true"
    setTimeout(() => delete form.dataset.sent, 5000)
  })
  addEventListener("pageshow", () => delete form.dataset.sent)
}
