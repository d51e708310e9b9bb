// Shows a preview of every chosen photo before it is uploaded, with fields for caption and credit, in the order of the files.

export default function photoPicker(element) {
  const input = element.querySelector("input[type=file]")
  const list = document.createElement("ol")
  list.className = "photo-picker"
  element.append(list)
  let addresses = []
  input.addEventListener("change", () => {
    addresses.forEach((address) => URL.revokeObjectURL(address))
    addresses = [...input.files].map((file) => URL.createObjectURL(file))
    const rows = [...input.files].map((file, index) => row(file, addresses[index], index, element.dataset))
    list.replaceChildren(...rows)
    list.dispatchEvent(new Event("fields-added", { bubbles: true })) // for keep-draft.js
  })
}

function row(file, address, index, labels) {
  const item = document.createElement("li")
  const image = document.createElement("img")
  image.src = address
  image.alt = file.name
  image.addEventListener("error", () => (image.hidden = true))
  const fields = document.createElement("div")
  fields.className = "form"
  const name = document.createElement("p")
  name.className = "photo-picker__name"
  name.textContent = file.name
  fields.append(
    name,
    field("captions", `${labels.caption} ${index + 1}`, 300, index, file),
    field("credits", `${labels.credit} ${index + 1}`, 80, index, file)
  )
  item.append(image, fields)
  return item
}

function field(name, text, length, index, file) {
  const label = document.createElement("label")
  const input = document.createElement("input")
  const box = document.createElement("div")
  box.className = "field"
  input.name = name
  input.id = `${name}-new-${index}`
  input.maxLength = length
  input.autocomplete = "off" // the next file at this index is another one
  input.dataset.draft = file.name // a draft of the caption belongs to the file
  label.htmlFor = input.id
  label.textContent = text
  box.append(label, input)
  return box
}
