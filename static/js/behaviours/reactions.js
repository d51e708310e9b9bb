// 공감, 추천, 스크랩 without leaving the page. The form's buttons may stand anywhere on it.
// On any error the browser sends the form itself.

export default function (form) {
  form.addEventListener("submit", async (event) => {
    const button = event.submitter
    if (!button || form.dataset.byHand) return
    event.preventDefault()
    if (button.dataset.sent) return
    button.dataset.sent = "true"
    try {
      show(form, button, await send(form, button))
    } catch {
      form.dataset.byHand = "true"
      button.click()
    } finally {
      delete button.dataset.sent
    }
  })
  addEventListener("pageshow", () => delete form.dataset.byHand)
}

async function send(form, button) {
  const body = new URLSearchParams(new FormData(form))
  body.set(button.name, button.value)
  const answer = await fetch(button.formAction, { method: "POST", body, headers: { Accept: "application/json" } })
  if (!answer.ok) throw new Error(answer.status)
  return answer.json()
}

function show(form, button, { pressed, count, words }) {
  button.setAttribute("aria-pressed", pressed)
  button.value = pressed ? "off" : "on"
  button.querySelector(".press__count").textContent = count ? count.toLocaleString("en") : ""
  form.querySelector("[role=status]").textContent = words
}
