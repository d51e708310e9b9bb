// Finds the number of a challenge (lib/web/proof_of_work.py) while the form is filled in; sending the form waits for it.
// Where the browser cannot (without https), the form is sent without.

const AT_ONCE = 250

export default function (field) {
  const form = field.form
  const failed = () => !globalThis.crypto?.subtle
  let work = null
  const begin = () => (work ??= solve(field))
  form.addEventListener("input", () => failed() || begin(), { once: true })
  form.addEventListener("newdigits", ({ detail }) => {
    Object.assign(field.dataset, detail)
    field.value = ""
    work = null
    if (!failed()) begin()
  })
  form.addEventListener("submit", waitForWork, true)

  async function waitForWork(event) {
    if (field.value || failed() || event.submitter?.name === "renew") return
    event.preventDefault()
    event.stopImmediatePropagation()
    await begin()
    form.removeEventListener("submit", waitForWork, true)
    form.requestSubmit(event.submitter)
  }
}

async function solve(field) {
  const { salt, digest, most, signature } = field.dataset
  const beginning = BigInt(`0x${digest.slice(0, 16)}`)
  const encoder = new TextEncoder()
  for (let start = 0; start <= Number(most) && field.dataset.salt === salt; start += AT_ONCE) {
    const tried = Array.from({ length: AT_ONCE }, (_, number) => encoder.encode(salt + (start + number)))
    const digests = await Promise.all(tried.map((bytes) => crypto.subtle.digest("SHA-256", bytes)))
    const found = digests.findIndex((bytes) => new DataView(bytes).getBigUint64(0) === beginning)
    if (found >= 0) {
      field.value = `${start + found}:${salt}:${signature}`
      return
    }
  }
}
