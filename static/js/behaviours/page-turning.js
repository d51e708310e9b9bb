// Turns the pages of a printed issue with the arrow keys, and by a swipe where the page is not enlarged.

const FAR = 60 // pixels that a finger has to move sideways

export default function pageTurning(element) {
  const turn = (direction) => element.querySelector(`a[rel=${direction}]`)?.click()
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    if (event.target.closest?.("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return
    if (event.key === "ArrowLeft") turn("prev")
    if (event.key === "ArrowRight") turn("next")
  })
  let from = null
  element.addEventListener("touchstart", (event) => {
    from = event.touches.length === 1 ? event.touches[0] : null
  }, { passive: true })
  element.addEventListener("touchend", (event) => {
    const to = event.changedTouches[0]
    const isEnlarged = (window.visualViewport?.scale ?? 1) > 1.05
    if (!from || !to || isEnlarged) return
    const across = to.clientX - from.clientX
    const isSideways = Math.abs(across) > FAR && Math.abs(across) > 2 * Math.abs(to.clientY - from.clientY)
    if (isSideways) turn(across > 0 ? "prev" : "next")
    from = null
  }, { passive: true })
}
