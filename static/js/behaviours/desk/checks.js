// Keeps the panel of what is worth a look up to date while an article is written, and leads to each place in the text.
// The server looks (domain/desk/checks/); without this script it does when the page is rendered.

const PAUSE = 3000 // milliseconds after the last letter
const LONGEST = 12000 // while typing

export default function checks(panel) {
  const form = panel.closest("form")
  let timer = 0
  let changedAt = 0
  let isAsking = false

  const change = () => {
    changedAt ||= Date.now()
    clearTimeout(timer)
    timer = setTimeout(ask, Math.max(0, Math.min(PAUSE, changedAt + LONGEST - Date.now())))
  }

  async function ask() {
    if (isAsking) return change()
    changedAt = 0
    isAsking = true
    const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string")
    const options = { method: "POST", body: new URLSearchParams(fields) }
    const answer = await fetch(panel.dataset.address, options).catch(() => null)
    isAsking = false
    if (answer?.ok && !answer.redirected) show(await answer.text())
  }

  function show(markup) {
    const open = new Set([...panel.querySelectorAll("details[open]")].map((note) => note.dataset.note))
    const focused = panel.contains(document.activeElement) ? document.activeElement.closest("[data-note]")?.dataset.note : null
    const page = new DOMParser().parseFromString(markup, "text/html")
    for (const note of page.querySelectorAll("details")) note.open = open.has(note.dataset.note)
    panel.replaceChildren(...document.adoptNode(page.body).childNodes)
    if (focused) panel.querySelector(`[data-note="${focused}"] summary`)?.focus()
  }

  panel.addEventListener("click", (event) => {
    const target = event.target.closest("[data-place], [data-add], [data-tick]")
    if (!target) return
    event.preventDefault()
    if (target.dataset.add) return addToText(form, target.dataset.add)
    const field = form.querySelector(target.hash)
    if ("tick" in target.dataset) return tick(field)
    if (field?.name === "body") return showInText(field, target.dataset.place)
    field?.focus()
    field?.scrollIntoView({ block: "center" })
  })
  for (const event of ["input", "change"]) form.addEventListener(event, change)
}

function tick(box) {
  box.checked = true
  box.dispatchEvent(new Event("change", { bubbles: true }))
  box.focus()
}

// The rich editor follows its textarea.
function addToText(form, words) {
  const body = form.elements.body
  const paragraph = document.createElement("p")
  paragraph.textContent = words
  const isHtml = editorOf(body) || /<\w/.test(body.value)
  body.value = isHtml ? `${body.value}\n<blockquote>${paragraph.outerHTML}</blockquote>` : `${body.value}\n\n${words}`
  body.dispatchEvent(new Event("input", { bubbles: true }))
}

function editorOf(body) {
  const editor = window.hugerte?.get(body.id)
  return editor?.initialized && !editor.isHidden() ? editor : null
}

function showInText(body, words) {
  const editor = editorOf(body)
  if (editor) return selectIn(editor, words)
  const start = body.value.indexOf(words)
  body.focus()
  if (start >= 0) body.setSelectionRange(start, start + words.length)
  body.scrollIntoView({ block: "center" })
}

// The words may be spread over several elements: they are looked for in all text nodes together.
function selectIn(editor, words) {
  const walker = document.createTreeWalker(editor.getBody(), NodeFilter.SHOW_TEXT)
  const nodes = []
  while (walker.nextNode()) nodes.push(walker.currentNode)
  const start = nodes.map((node) => node.data.replaceAll("\u00a0", " ")).join("").indexOf(words)
  editor.focus()
  if (start < 0) return
  const range = editor.getDoc().createRange()
  range.setStart(...pointAt(nodes, start))
  range.setEnd(...pointAt(nodes, start + words.length))
  editor.selection.setRng(range)
  const top = editor.getContentAreaContainer().getBoundingClientRect().top + range.getBoundingClientRect().top
  window.scrollBy({ top: top - window.innerHeight / 3 })
}

function pointAt(nodes, place) {
  let passed = 0
  for (const node of nodes) {
    if (place <= passed + node.length) return [node, place - passed]
    passed += node.length
  }
  return [nodes.at(-1), nodes.at(-1).length]
}
