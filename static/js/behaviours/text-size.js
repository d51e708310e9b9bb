// Each click makes the text of articles larger, from the largest it goes back to the usual size. js/text-size.js remembers it.

const SIZES = ["", "large", "largest"]

export default function (button) {
  button.addEventListener("click", () => {
    const { dataset } = document.documentElement
    const next = SIZES[(SIZES.indexOf(dataset.textSize ?? "") + 1) % SIZES.length]
    if (next) dataset.textSize = next
    else delete dataset.textSize
    storage("localStorage").write("text-size", next)
  })
}
