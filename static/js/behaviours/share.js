// Shows the buttons for the share sheet of the device and for copying the address, which need scripts; the other links do not.

export default function share(element) {
  const { link, title, copied } = element.dataset
  const part = (name) => element.querySelector(`[data-share=${name}]`)
  const sheet = part("sheet")
  const copy = part("copy")
  if (navigator.share) {
    sheet.hidden = false
    sheet.addEventListener("click", () => openSheet(title, link))
  }
  copy.hidden = false
  copy.addEventListener("click", async () => {
    const label = copy.textContent
    if (!(await write(link)) || label === copied) return
    copy.textContent = part("status").textContent = copied
    setTimeout(() => { copy.textContent = label }, 2000)
  })
}

async function openSheet(title, url) {
  try {
    await navigator.share({ title, url })
  } catch {
    // Closed by the reader, or not permitted in this browser.
  }
}

// Returns whether the text was copied.
async function write(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch { // an old browser, a page without https, or no permission
    return writeBySelection(text)
  }
}

function writeBySelection(text) {
  const field = document.createElement("textarea")
  field.value = text
  document.body.append(field)
  field.select()
  try {
    return document.execCommand("copy")
  } catch {
    return false
  } finally {
    field.remove()
  }
}
