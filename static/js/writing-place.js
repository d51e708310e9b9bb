// After saving by a key the page is loaded again: the caret goes back to where it was, and the bar says
// that the text is saved, for the sentence at the top of the page is out of sight.
// A place is { isPlain, caret, top }: `caret` is a bookmark of the editor or an offset in the plain text.

const KEY = "writing-place"
const FRESH = 60000 // milliseconds

export function keepPlace(editor, field) {
  const caret = editor ? editor.selection.getBookmark(2, true) : field.selectionStart
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ at: Date.now(), isPlain: !editor, caret, top: scrollY }))
  } catch {
    // storage is blocked: the page begins at its top
  }
}

export function returnToPlace(editor, field, form) {
  const place = takePlace()
  if (!place || Date.now() - place.at > FRESH || place.isPlain === Boolean(editor)) return
  if (editor) {
    editor.focus()
    editor.selection.moveToBookmark(place.caret)
  } else {
    field.focus()
    field.setSelectionRange(place.caret, place.caret)
  }
  scrollTo({ top: place.top, behavior: "instant" })
  if (!document.querySelector(".flash")) return
  form.querySelector("[data-autosave-state]").textContent = form.dataset.stored
  form.querySelector(".writing-bar__state").hidden = false
}

function takePlace() {
  try {
    const place = JSON.parse(sessionStorage.getItem(KEY))
    sessionStorage.removeItem(KEY)
    return place
  } catch {
    return null
  }
}
