// A document that is chosen, or dropped anywhere on the form, is sent at once to have its text and photos taken over.

const DOCUMENT = /\.(hwpx?|docx?)$/i

export default function documentDrop(element) {
  const input = element.querySelector("[type=file]")
  const button = element.querySelector("button")
  const send = () => input.files.length && input.form.requestSubmit(button)
  button.hidden = true
  input.addEventListener("change", send)
  input.form.addEventListener("dragover", (event) => {
    if (event.dataTransfer.types.includes("Files")) event.preventDefault()
  })
  input.form.addEventListener("drop", (event) => {
    const files = [...event.dataTransfer.files].filter((file) => DOCUMENT.test(file.name))
    if (!files.length) return
    event.preventDefault()
    const dropped = new DataTransfer()
    dropped.items.add(files[0])
    input.files = dropped.files
    send()
  })
}
