// Shares the address: with the share sheet of the device where there is one, which has KakaoTalk, or else by copying it.
// Copies data-text instead where there is one.
// On the icon above an article, which is a link to the buttons below it, and on those buttons.

export default function share(element) {
  const { link, title, text = link, copied, paste } = element.dataset
  const copy = async (words) => { if (await write(text)) tell(element, words) }
  element.addEventListener("click", (event) => {
    const kind = event.target.closest("[data-share]")?.dataset.share
    if (kind === "copy") return copy(copied)
    if (!navigator.share) return kind === "kakao" && copy(paste)
    if (!kind) return
    event.preventDefault()
    openSheet(title, link)
  })
}

function tell(element, words) {
  const status = element.querySelector("[role=status]")
  status.textContent = words
  setTimeout(() => { status.textContent = "" }, 5000)
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
