// Fetches the page again every 20 s and replaces this element by its new version: only while the tab is visible, and not while
// something in it has the focus. Screen readers do not announce it.

const EVERY = 20_000

export default function (part) {
  setInterval(() => renew(part), EVERY)
}

async function renew(part) {
  if (document.visibilityState !== "visible" || part.contains(document.activeElement)) return
  try {
    const answer = await fetch(location.href)
    if (!answer.ok) return
    const page = new DOMParser().parseFromString(await answer.text(), "text/html")
    const fresh = page.querySelector('[data-behaviour~="refresh"]')
    if (fresh && fresh.innerHTML !== part.innerHTML) part.replaceChildren(...fresh.childNodes)
  } catch {
    // Offline: the old version stays.
  }
}
