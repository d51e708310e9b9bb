// Shows the buttons for the share sheet of the device and for copying the address, which need scripts; the other links do not.

export default function share(element) {
  const { link, title, copied } = element.dataset
  const part = (name) => element.querySelector(`[data-share=${name}]`)
  const sheet = part("sheet")
  const copy = part("copy")
  if (navigator.share) {
    sheet.hidden = false
    sheet.addEventListener("click", () => navigator.share({ title, url: link }).catch(() => {}))
  }
  copy.hidden = false
  copy.addEventListener("click", async () => {
    await write(link)
    const label = copy.textContent
    if (label === copied) return
    copy.textContent = part("status").textContent = copied
    setTimeout(() => { copy.textContent = label }, 2000)
  })
}

async function write(text) {
  try {
    await navigator.clipboard.writeText(text)
  } catch { // an old browser, or a page without https
    const field = document.createElement("textarea")
    field.value = text
    document.body.append(field)
    field.select()
    document.execCommand("copy")
    field.remove()
  }
}
