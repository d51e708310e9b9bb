// Counts a click on a banner, once a page: the address names the banner, nothing else is sent. The link itself leads to the advertiser.
export default function (link) {
  let isCounted = false

  const count = (event) => {
    if (isCounted || event.button > 1) return
    isCounted = true
    if (!navigator.sendBeacon?.(link.dataset.clicks)) fetch(link.dataset.clicks, { method: "POST", keepalive: true }).catch(() => {})
  }

  link.addEventListener("click", count)
  link.addEventListener("auxclick", count)
}
