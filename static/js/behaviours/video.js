// A click on a video's link replaces it by the player. Nothing is loaded from YouTube before; without scripts the link works.

export default function video(element) {
  element.addEventListener("click", (event) => {
    const figure = event.target.closest?.("figure[data-youtube]")
    const link = event.target.closest?.("a")
    if (!figure || !link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    const frame = document.createElement("iframe")
    frame.src = `https://www.youtube-nocookie.com/embed/${encodeURIComponent(figure.dataset.youtube)}?autoplay=1`
    frame.title = figure.querySelector("figcaption")?.textContent || element.dataset.title || "YouTube"
    frame.allow = "autoplay; encrypted-media; picture-in-picture; fullscreen"
    frame.referrerPolicy = "strict-origin-when-cross-origin"
    link.replaceWith(frame)
    frame.focus()
  })
}
