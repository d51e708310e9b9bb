// Chosen photos are shown before they are sent, each with a place for its caption and credit, in the order of the files.

export default function photoPicker(element) {
  const input = element.querySelector("input[type=file]")
  const list = document.createElement("ol")
  list.className = "photo-picker"
  element.append(list)
  let addresses = []
  input.addEventListener("change", () => {
    addresses.forEach((address) => URL.revokeObjectURL(address))
    addresses = [...input.files].map((file) => URL.createObjectURL(file))
    list.replaceChildren(...[...input.files].map((file, place) => row(file, addresses[place], place, element.dataset)))
  })
}

function row(file, address, place, labels) {
  const item = document.createElement("li")
  const image = document.createElement("img")
  image.src = address
  image.alt = file.name
  image.addEventListener("error", () => (image.hidden = true))
  const words = document.createElement("div")
  words.className = "form"
  const name = document.createElement("p")
  name.className = "photo-picker__name"
  name.textContent = file.name
  words.append(name, field("captions", `${labels.caption} ${place + 1}`, 300, place), field("credits", `${labels.credit} ${place + 1}`, 80, place))
  item.append(image, words)
  return item
}

function field(name, text, length, place) {
  const label = document.createElement("label")
  const input = document.createElement("input")
  const box = document.createElement("div")
  box.className = "field"
  input.name = name
  input.id = `${name}-new-${place}`
  input.maxLength = length
  input.autocomplete = "off" // which file comes at this place the next time, nobody knows
  label.htmlFor = input.id
  label.textContent = text
  box.append(label, input)
  return box
}
