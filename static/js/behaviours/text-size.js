// Each click makes the text of articles larger, from the largest it goes back to the usual size. js/text-size.js remembers it.
// The label says which size it is: data-names holds their names.

const SIZES = ["", "large", "largest"]

export default function (button) {
  const root = document.documentElement.dataset
  const label = button.getAttribute("aria-label")
  const names = button.dataset.names.split("|")

  const current = () => Math.max(0, SIZES.indexOf(root.textSize ?? ""))
  const tell = () => button.setAttribute("aria-label", `${label}: ${names[current()]}`)

  button.addEventListener("click", () => {
    const next = SIZES[(current() + 1) % SIZES.length]
    if (next) root.textSize = next
    else delete root.textSize
    storage("localStorage").write("text-size", next)
    tell()
  })
  tell()
}
