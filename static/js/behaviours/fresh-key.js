// A form that is reached by the browser's Back or Forward gets a new idempotency key: what it sends now is a new text.

export default function (form) {
  addEventListener("pageshow", (event) => {
    const [arrival] = performance.getEntriesByType("navigation")
    if (event.persisted || arrival?.type === "back_forward") form.elements.idempotency_key.value = newKey()
  })
}

function newKey() {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (number) => number.toString(36)).join("-")
}
