// How the text of an article is written: as it will look (rich-text.js), or in plain text (plain-text.js) where a keyboard quarrels
// with that. The switch changes between them at any moment; this browser remembers the choice. Either way the textarea `body` holds the
// HTML of the text.

import { insertLink, startPlainText, toggleLine } from "../../plain-text.js"
import { keepPlace, returnToPlace } from "../../writing-place.js"
import { choosePhotos, startRichText } from "./rich-text.js"

const REMEMBERED = "writing-mode"

export default async function writingMode(element) {
  const settings = JSON.parse(document.getElementById(element.dataset.settings).textContent)
  const body = element.querySelector("[name=body]")
  const plain = element.querySelector(".plain-text")
  const field = plain.querySelector("textarea")
  const button = element.querySelector("[data-switch]")
  let editor = null
  let text = null

  const start = async (isPlain) => {
    body.closest(".field").hidden = isPlain
    plain.hidden = !isPlain
    button.setAttribute("aria-pressed", isPlain)
    if (isPlain) text = startPlainText(body, field, settings.words)
    else editor = await startRichText(body, settings)
  }
  const stop = () => {
    text?.stop()
    editor?.remove() // writes what it holds into `body`
    text = editor = null
  }
  button.addEventListener("click", async () => {
    const isPlain = !text
    button.disabled = true // while an editor is loading
    stop()
    remember(isPlain)
    await start(isPlain)
    button.disabled = false
    if (isPlain) field.focus()
    else editor.focus()
  })
  plain.addEventListener("click", (event) => {
    const { insert } = event.target.closest("[data-insert]")?.dataset ?? {}
    if (insert === "photo") return choosePhotos(body)
    if (insert === "link") insertLink(field, "https://")
    else if (insert) toggleLine(field, insert)
    if (insert) text.write()
  })
  body.form.addEventListener("saved-by-key", () => (editor || text) && keepPlace(editor, field))
  button.hidden = false
  await start(isRemembered())
  returnToPlace(editor, field, body.form)
}

function isRemembered() {
  try {
    return localStorage.getItem(REMEMBERED) === "plain"
  } catch {
    return false
  }
}

function remember(isPlain) {
  try {
    localStorage.setItem(REMEMBERED, isPlain ? "plain" : "rich")
  } catch {
    // storage is blocked: the choice holds for this page
  }
}
