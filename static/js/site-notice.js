// Hides the notice above the page, before anything is painted, if this browser has dismissed it. behaviours/site-notice.js remembers that.
try {
  const notice = document.querySelector("[data-notice]")
  notice.hidden = JSON.parse(localStorage.getItem("dismissed-notice")) === notice.dataset.notice
} catch {
  // Storage is blocked: the notice stays.
}
