// The photos of an article. Chosen or dropped ones are sent at once, one after the other, each with a card of its own (photo-upload.js).
// They are put in order by dragging, by keys and by buttons, placed into the text by one tap, and get their focus by a tap on the picture.

import { send, shrunk } from "./photo-upload.js"

const PHOTO = /^image\/|\.hei[cf]$/i

export default function photos(section) {
  const words = section.dataset
  const form = section.closest("form")
  const input = section.querySelector("[type=file]")
  const list = section.querySelector("[data-photos]")
  const state = section.querySelector("[role=status]")
  const sending = new Set()
  let queue = Promise.resolve()

  const ids = draftField(section, list)
  const changed = (sentence = "") => {
    state.textContent = sentence
    number(list)
    ids.value = waitingIds(list)
    list.dispatchEvent(new Event("change", { bubbles: true })) // for autosave.js
  }
  const add = (markup, place) => {
    const holder = document.createElement("template")
    holder.innerHTML = markup
    const card = holder.content.querySelector("li")
    const { value } = card.querySelector("[name=kept_photos]")
    if (list.querySelector(`[name=kept_photos][value="${value}"]`)) return
    place ? place.replaceWith(card) : list.append(card)
    prepare(card, { form, list, words, changed })
    card.dispatchEvent(new Event("fields-added", { bubbles: true })) // for keep-draft.js
    changed()
    if (place?.dataset.forText) card.querySelector("[data-insert]").click()
  }
  const take = (files, isForText = false) => {
    for (const file of files) {
      const card = waitingCard(section, file)
      card.dataset.forText = isForText ? "1" : ""
      list.append(card)
      card.querySelector("[data-again]").addEventListener("click", () => enqueue(card, file))
      card.querySelector("[data-dismiss]").addEventListener("click", () => card.remove())
      enqueue(card, file)
    }
  }
  const enqueue = (card, file) => {
    sending.add(card)
    tell(card, "")
    queue = queue.then(() => upload(card, file)).finally(() => sending.delete(card))
  }
  const upload = async (card, file) => {
    if (!card.isConnected) return // left out in the meantime
    try {
      const content = await shrunk(file, Number(words.widest))
      if (content.size > words.limit) throw new Error(words.tooLarge)
      const progress = (share) => (card.querySelector("progress").value = share)
      const fields = [["card", "1"], ["file", content, file.name]]
      const answer = await send(words.upload, fields, form.elements.csrf_token.value, words, progress)
      if (card.isConnected) add(answer.card, card)
    } catch (error) {
      tell(card, error.message)
    }
  }

  for (const card of section.querySelectorAll(".photo-card")) prepare(card, { form, list, words, changed })
  let isForText = false
  const takeChosen = () => {
    take([...input.files], isForText)
    input.value = "" // sent already
  }
  input.addEventListener("change", takeChosen)
  takeChosen() // those chosen before this script was loaded
  for (const name of ["change", "cancel"]) input.addEventListener(name, () => (isForText = false))
  form.addEventListener("choose-photos", () => {
    isForText = true
    input.click()
  })
  acceptDrops(form, section, take)
  ids.addEventListener("input", async () => {
    const answer = await fetch(`${words.upload}/cards?id=${ids.value.split(" ").join("&id=")}`).catch(() => null)
    const { cards } = (await answer?.json().catch(() => null)) ?? {}
    for (const card of cards ?? []) add(card)
  })
  ids.dispatchEvent(new Event("fields-added", { bubbles: true })) // keep-draft.js fills it in after a crash
  arrange(list)
  document.addEventListener("photo-chosen", (event) => add(event.detail))
  form.addEventListener("submit", async (event) => {
    if (!sending.size) return
    event.preventDefault()
    state.textContent = words.waiting
    state.scrollIntoView({ block: "center" })
    while (sending.size) await queue
    if (list.querySelector("[data-again]:not([hidden])")) return (state.textContent = words.leftBehind)
    form.requestSubmit(event.submitter)
  }, { capture: true })
}

// Holds the ids of stored photos that no article has yet: a draft in the browser keeps it, and so finds them again.
function draftField(section, list) {
  const field = document.createElement("input")
  field.name = "waiting_photos"
  field.hidden = true
  field.defaultValue = waitingIds(list)
  section.append(field)
  return field
}

function waitingIds(list) {
  return [...list.querySelectorAll("[name=kept_photos]")].map((field) => field.value).join(" ")
}

// By the places that a draft has restored.
function arrange(list) {
  const place = (card) => Number(card.querySelector("[name^=position-]")?.value ?? 0)
  const sorted = [...list.children].sort((one, other) => place(one) - place(other))
  if (sorted.some((card, index) => card !== list.children[index])) list.append(...sorted)
}

// A card for a file that has not arrived yet.
function waitingCard(section, file) {
  const card = section.querySelector("template").content.querySelector("li").cloneNode(true)
  card.querySelector(".photo-card__name").textContent = file.name
  const image = document.createElement("img")
  image.alt = ""
  image.src = URL.createObjectURL(file)
  image.addEventListener("load", () => URL.revokeObjectURL(image.src))
  image.addEventListener("error", () => image.remove()) // HEIC, for example
  card.querySelector(".photo-card__picture").append(image)
  return card
}

// Shows that a photo is being sent, or why it could not be.
function tell(card, problem) {
  card.querySelector(".error").textContent = problem
  card.querySelector("progress").hidden = Boolean(problem)
  card.querySelector("[data-again]").hidden = !problem
}

function number(list) {
  for (const [index, card] of [...list.children].entries()) {
    for (const label of card.querySelectorAll("[data-number]")) label.textContent = index + 1
    const position = card.querySelector("[name^=position-]")
    if (position) position.value = index + 1
  }
}

function prepare(card, { form, list, words, changed }) {
  const field = (name) => card.querySelector(`[name^=${name}-]`)
  const handle = card.querySelector("[data-handle]")
  takeFocus(card.querySelector("[data-focus]"), field("focus_x"), field("focus_y"))
  if (!handle) return // in the text
  const told = () => changed(words.moved.replace("{n}", [...list.children].indexOf(card) + 1))
  field("position").closest(".field").hidden = true
  for (const button of card.querySelectorAll("[data-move]")) {
    button.addEventListener("click", () => move(card, Number(button.dataset.move)) && told())
  }
  handle.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    if (!step) return
    event.preventDefault()
    if (move(card, step)) told()
  })
  drag(handle, card, told)
  card.querySelector("[data-insert]").addEventListener("click", () => {
    insert(form.elements.body, card, caption(field("caption").value, field("credit").value, words))
    field("placed").value = "1"
    changed(words.inserted)
  })
}

// Moves the neighbour, not the card: what moves loses the focus and the pointer. Returns whether there was one.
function move(card, step) {
  const neighbour = step < 0 ? card.previousElementSibling : card.nextElementSibling
  if (neighbour) step < 0 ? card.after(neighbour) : card.before(neighbour)
  return Boolean(neighbour)
}

function drag(handle, card, dropped) {
  const middle = (element) => {
    const box = element.getBoundingClientRect()
    return box.top + box.height / 2
  }
  handle.addEventListener("pointerdown", (event) => {
    if (event.button) return
    handle.setPointerCapture(event.pointerId)
    card.classList.add("photo-card--dragged")
  })
  handle.addEventListener("pointermove", ({ clientY }) => {
    if (!card.classList.contains("photo-card--dragged")) return
    while (card.nextElementSibling && clientY > middle(card.nextElementSibling)) move(card, 1)
    while (card.previousElementSibling && clientY < middle(card.previousElementSibling)) move(card, -1)
  })
  handle.addEventListener("lostpointercapture", () => {
    card.classList.remove("photo-card--dragged")
    dropped()
  })
}

// A tap on the picture says what must stay in sight; a mark shows where that is.
function takeFocus(picture, x, y) {
  const mark = document.createElement("span")
  mark.className = "photo-card__focus"
  picture.append(mark)
  const show = () => {
    mark.style.left = `${x.value}%`
    mark.style.top = `${y.value}%`
    mark.hidden = x.value === "50" && y.value === "50"
  }
  picture.addEventListener("click", (event) => {
    const box = picture.getBoundingClientRect()
    x.value = Math.round((100 * (event.clientX - box.left)) / box.width)
    y.value = Math.round((100 * (event.clientY - box.top)) / box.height)
    x.dispatchEvent(new Event("input", { bubbles: true }))
  })
  for (const field of [x, y]) field.addEventListener("input", show)
  show()
}

function caption(text, credit, words) {
  const saysWhat = words.kinds.split("|").includes(credit.trim().split(/\s+/)[0])
  const line = saysWhat ? credit.trim() : credit.trim() && words.credit.replace("{name}", credit.trim())
  return [text.trim(), line].filter(Boolean).join(" / ")
}

// The way of writing that is on puts it where the caret is (writing-mode.js).
function insert(textarea, card, words) {
  const { location, width, height } = card.dataset
  const figure = document.createElement("figure")
  const image = document.createElement("img")
  const label = document.createElement("figcaption")
  for (const [name, value] of Object.entries({ src: location, width, height, alt: "" })) image.setAttribute(name, value)
  label.textContent = words
  if (!words) label.append(document.createElement("br"))
  figure.append(image, label)
  textarea.dispatchEvent(new CustomEvent("insert-html", { detail: figure.outerHTML }))
}

function acceptDrops(form, section, take) {
  const mark = (isTarget) => section.classList.toggle("photos-desk--target", isTarget)
  form.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return
    event.preventDefault()
    mark(true)
  })
  form.addEventListener("dragleave", (event) => form.contains(event.relatedTarget) || mark(false))
  form.addEventListener("drop", (event) => {
    mark(false)
    const files = [...event.dataTransfer.files].filter((file) => PHOTO.test(file.type) || PHOTO.test(file.name))
    if (!files.length) return
    event.preventDefault()
    take(files)
  })
}
