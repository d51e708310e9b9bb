// Sends beats while this page is visible, not while it is hidden or prerendered, and shows the exact numbers of
// the responses. The browser's random number is valid for one day of the paper's. The server names the day, so
// that a wrong clock counts nobody twice.

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

// Returns after how many seconds to repeat the beat, if the server was too busy to count it.
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
    // Offline, or leaving the page: the numbers stay.
  }
}

// The host of the referring site, without the path.
function cameFrom() {
  try {
    const { host } = new URL(document.referrer)
    return host === location.host ? "" : host
  } catch {
    return ""
  }
}

function show(counter, numbers) {
  for (const element of counter.querySelectorAll("[data-count]")) write(element, numbers[element.dataset.count])
  if (!counter.dataset.post) return
  for (const element of document.querySelectorAll("[data-views]")) {
    if (!element.dataset.views || element.dataset.views === counter.dataset.post) write(element, numbers.views)
  }
}

function write(element, number) {
  const text = number?.toLocaleString("en")
  if (text && element.textContent !== text) element.textContent = text
}

// Replaces the number, unless another tab has done so.
function renew(old) {
  if (remembered().number === old.number) remember({ number: randomKey(), day: "" })
}

function remembered() {
  const kept = storage("localStorage").read(KEPT)
  return kept?.number ? kept : remember({ number: randomKey(), day: "" })
}

// Without storage the number stays empty: the server then uses another identity.
function remember(kept) {
  return storage("localStorage").write(KEPT, kept) ? kept : { number: "", day: "" }
}
