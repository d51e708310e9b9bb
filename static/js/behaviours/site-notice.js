// Dismisses the notice above the page in this browser. Without storage it comes back with the next page. js/site-notice.js hides it there.
export default function (notice) {
  notice.querySelector("button").addEventListener("click", () => {
    notice.hidden = true
    storage("localStorage").write("dismissed-notice", notice.dataset.notice)
    document.querySelector("#main").focus({ preventScroll: true })
  })
}
