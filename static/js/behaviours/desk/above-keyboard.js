// Keeps a bar at the bottom of what is seen: above the keyboard of a phone, which covers the page without changing its height.

export default function aboveKeyboard(bar) {
  const { visualViewport } = window
  if (!visualViewport) return
  const place = () => {
    const isZoomed = visualViewport.scale > 1.01 // by the reader: then the bar stays at the bottom of the page
    const covered = document.documentElement.clientHeight - visualViewport.height - visualViewport.offsetTop
    bar.style.setProperty("bottom", isZoomed || covered < 1 ? "" : `${Math.round(covered)}px`)
  }
  for (const name of ["resize", "scroll"]) visualViewport.addEventListener(name, place)
  place()
}
