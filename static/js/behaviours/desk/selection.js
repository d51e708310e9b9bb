// Counts the selected articles of a list. The link that selects all of them does so in place, or none again.

export default function selection(form) {
  const boxes = [...form.querySelectorAll("input[name=id]")]
  const all = form.querySelector(".archive__all a")
  const output = form.querySelector("output")

  const count = () => {
    const number = boxes.filter((box) => box.checked).length
    output.textContent = number ? form.dataset.count.replace("{n}", number) : ""
  }
  form.addEventListener("change", count)
  all.addEventListener("click", (event) => {
    event.preventDefault()
    const select = boxes.some((box) => !box.checked)
    for (const box of boxes) box.checked = select
    count()
  })
  count()
}
