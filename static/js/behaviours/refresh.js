// The part of a page that changes by itself is fetched again now and then, and put in its place: only while somebody looks,
// never while a link in it is being used, and without a word to screen readers.

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
    // Offline: what stands there stays.
  }
}
