// Copies the text of the field inside, and says so.

export default function copyText(element) {
  const field = element.querySelector("textarea")
  const status = element.querySelector("[role=status]")
  element.querySelector("[data-copy]").addEventListener("click", async () => {
    if (await copy(field)) status.textContent = element.dataset.copied
    setTimeout(() => { status.textContent = "" }, 5000)
  })
}

// Returns whether the text was copied. It is selected too, for browsers that permit nothing.
async function copy(field) {
  field.select()
  try {
    await navigator.clipboard.writeText(field.value)
    return true
  } catch {
    return document.execCommand("copy")
  }
}
