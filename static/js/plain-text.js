// The text of an article in the notation of notation.js, in a plain textarea: `field`. Every change is written to `body`, the
// textarea with the HTML, at once; every change of `body` by others is shown. For writing-mode.js.

import { newMarker, toHtml, toNotation } from "./notation.js"

export function startPlainText(body, field, words) {
  const listening = new AbortController()
  const { signal } = listening
  let kept = new Map()
  let isWriting = false
  const read = () => {
    const notation = toNotation(body.value, words)
    kept = notation.kept
    if (field.value !== notation.text) field.value = notation.text
  }
  const write = () => {
    body.value = toHtml(field.value, kept)
    isWriting = true
    body.dispatchEvent(new Event("input", { bubbles: true }))
    isWriting = false
  }
  // Each step of a syllable is an input event: nothing has to wait for its end.
  for (const name of ["input", "compositionend"]) field.addEventListener(name, write, { signal })
  body.addEventListener("input", () => isWriting || read(), { signal })
  body.addEventListener("insert-html", (event) => {
    const kind = /data-youtube/.test(event.detail) ? words.video : words.photo
    insertBlock(field, newMarker(kept, kind, event.detail))
    write()
  }, { signal })
  body.labels?.[0]?.addEventListener("click", () => field.focus(), { signal })
  read()
  return { stop: () => listening.abort(), write }
}

// Puts `sign` before the line of the caret, or removes it there.
export function toggleLine(field, sign) {
  const start = field.value.lastIndexOf("\n", field.selectionStart - 1) + 1
  const isThere = field.value.startsWith(sign, start)
  field.setRangeText(isThere ? "" : sign, start, isThere ? start + sign.length : start, "preserve")
  field.focus()
}

// Makes the selected words a link; its address is selected, to be typed over.
export function insertLink(field, example) {
  const { selectionStart, selectionEnd, value } = field
  const link = `[${value.slice(selectionStart, selectionEnd)}](${example})`
  field.setRangeText(link, selectionStart, selectionEnd, "end")
  field.focus()
  field.setSelectionRange(selectionStart + link.length - 1 - example.length, selectionStart + link.length - 1)
}

// On a line of its own, after the one of the caret.
function insertBlock(field, text) {
  const end = field.value.indexOf("\n", field.selectionEnd)
  const at = end < 0 ? field.value.length : end
  const before = field.value.slice(0, at).trim() ? "\n\n" : ""
  field.setRangeText(`${before}${text}\n${end < 0 ? "\n" : ""}`, at, at, "end")
  field.focus()
}
