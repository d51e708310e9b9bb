// The button that schedules an article: without a moment it leads to the field instead of sending the form.

export default function schedule(button) {
  const field = button.form.elements.published_at
  const missing = button.form.querySelector("[data-missing]")
  button.addEventListener("click", (event) => {
    if (field.value) return
    event.preventDefault()
    missing.hidden = false
    field.focus()
    field.scrollIntoView({ block: "center" })
  })
  field.addEventListener("input", () => (missing.hidden = true))
}
