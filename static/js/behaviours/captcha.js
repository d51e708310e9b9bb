// New digits without sending the form: the picture, the sound and the hidden key change together.
// Where that fails, the button sends the form, which comes back with new digits.

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
}
