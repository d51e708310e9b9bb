// Proposes "press release" as the origin of an article while its text looks like one, and the origin of the article before while none
// is chosen ([data-last]). Only the writer chooses it.
// data-signs: the pattern of domain/desk/provenance.py; its first group is a bullet, which contradicts "own" too.

export default function releaseSigns(element) {
  const signs = new RegExp(element.dataset.signs, "g")
  const proposal = element.querySelector("[data-proposal]")
  const last = element.querySelector("[data-last]")
  const origin = element.querySelector("[name=origin]")
  const body = origin.form.elements.body
  proposal.querySelector("[data-choose]").hidden = false
  const propose = () => {
    if (last) last.hidden = origin.value !== ""
    const sign = findSign(body.value, origin.value, signs)
    if (sign) proposal.querySelector("[data-sign]").textContent = sign
    if (proposal.hidden === !sign) return // announced once, not at every letter
    proposal.hidden = !sign
  }
  element.addEventListener("click", (event) => {
    const button = event.target.closest("[data-choose]")
    if (!button) return
    origin.value = button.dataset.choose
    origin.dispatchEvent(new Event("change", { bubbles: true }))
    origin.focus()
  })
  body.addEventListener("input", propose)
  origin.addEventListener("change", propose)
  propose()
}

function findSign(text, origin, signs) {
  if (origin !== "" && origin !== "own") return ""
  const sign = [...text.matchAll(signs)].find((match) => !origin || match[1])
  return sign ? (sign[1] ?? sign[2]) : ""
}
