// Tells the paper that this page is being looked at, and shows the exact numbers that come back.
// Nothing is sent while the page is hidden or only made ready in advance. The browser's number lives for one day of
// the paper's: the server says which day it is, so that a clock that is wrong here counts nobody twice.

const EVERY = 50_000
const KEPT = "maeul-visitor"

export default function (counter) {
  let sentAt = 0

  const look = (atOnce) => {
    if (document.prerendering || document.visibilityState !== "visible") return
    if (!atOnce && Date.now() - sentAt < EVERY - 5_000 && Date.now() >= sentAt) return
    sentAt = Date.now()
    beat(counter).then((seconds) => seconds && setTimeout(look, seconds * 1000, true))
  }

  look(true)
  setInterval(look, EVERY)
  document.addEventListener("visibilitychange", () => look())
  document.addEventListener("prerenderingchange", () => look(true), { once: true })
  addEventListener("pageshow", (event) => event.persisted && look(true))
}

// Gives back in how many seconds to come again, where the paper was too busy to count.
async function beat(counter, previous = "", again = true) {
  const kept = remembered()
  const fields = { path: location.pathname, visitor: kept.number, day: kept.day, previous, post: counter.dataset.post ?? "", query: counter.dataset.query ?? "", referrer: cameFrom() }
  try {
    const answer = await fetch(counter.dataset.beat, { method: "POST", body: new URLSearchParams(fields), keepalive: true })
    if (answer.status !== 200) return
    const numbers = await answer.json()
    if (kept.day && kept.day !== numbers.day && again) {
      renew(kept)
      return beat(counter, kept.number, false)
    }
    if (kept.number && !kept.day) remember({ ...kept, day: numbers.day })
    show(counter, numbers)
    return numbers.again
  } catch {
    // Offline, or leaving the page: the numbers stay as they were.
  }
}

// Only the name of the other site, never the page there.
function cameFrom() {
  try {
    const { host } = new URL(document.referrer)
    return host === location.host ? "" : host
  } catch {
    return ""
  }
}

function show(counter, numbers) {
  for (const place of counter.querySelectorAll("[data-count]")) write(place, numbers[place.dataset.count])
  if (!counter.dataset.post) return
  for (const place of document.querySelectorAll("[data-views]")) {
    if (!place.dataset.views || place.dataset.views === counter.dataset.post) write(place, numbers.views)
  }
}

function write(place, number) {
  const text = number?.toLocaleString("en")
  if (text && place.textContent !== text) place.textContent = text
}

// Another tab may have made today's number already.
function renew(old) {
  if (remembered().number === old.number) remember({ number: random(), day: "" })
}

function remembered() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "null")
    if (kept?.number) return kept
  } catch {
    // Storage is closed to us, or what stood there was not ours.
  }
  return remember({ number: random(), day: "" })
}

// Where nothing can be kept there is no number: the server tells such browsers apart in its own way.
function remember(kept) {
  try {
    localStorage.setItem(KEPT, JSON.stringify(kept))
    return kept
  } catch {
    return { number: "", day: "" }
  }
}

function random() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("")
}
