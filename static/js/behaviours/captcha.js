// Fetches new digits without submitting the form: image, sound and hidden key change together.
// If fetching fails, the button submits the form, and the answer has new digits.

export default function (block) {
  const button = block.querySelector("[name=renew]")
  button.addEventListener("click", async (event) => {
    if (button.dataset.failed) return
    event.preventDefault()
    button.disabled = true
    try {
      const answer = await fetch("/captcha/new", { headers: { Accept: "application/json" } })
      if (!answer.ok) throw new Error(answer.status)
      show(block, await answer.json())
      button.disabled = false
    } catch {
      button.disabled = false
      button.dataset.failed = "true"
      button.click()
    }
  })
}

function show(block, digits) {
  block.querySelector("img").src = digits.picture
  block.querySelector("audio").src = digits.sound
  block.querySelector("[name=captcha_key]").value = digits.key
  const field = block.querySelector("[name=captcha]")
  field.value = ""
  field.focus()
  if (digits.work) block.dispatchEvent(new CustomEvent("newdigits", { bubbles: true, detail: digits.work }))
}
