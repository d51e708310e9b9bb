// Shows the length of a text with a limit, as soon as the text is not empty.

export default function (form) {
  for (const area of form.querySelectorAll("textarea[maxlength]")) {
    const count = document.createElement("p")
    count.className = "count"
    count.hidden = true
    area.after(count)
    const show = () => {
      count.hidden = !area.value
      count.textContent = `${area.value.length.toLocaleString()} / ${area.maxLength.toLocaleString()}`
    }
    area.addEventListener("input", show)
    show()
  }
}
