// Applies the size of the text that the reader chose, before anything is painted. behaviours/text-size.js changes it.
try {
  const size = JSON.parse(localStorage.getItem("text-size"))
  if (size) document.documentElement.dataset.textSize = size
} catch {
  // Storage is blocked: the text has its usual size.
}
