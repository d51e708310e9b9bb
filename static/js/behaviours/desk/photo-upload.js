// Sends one photo to the desk, with its progress. Large ones are made smaller before.

const SHRINKABLE = ["image/jpeg", "image/webp"]
const QUALITY = 0.92 // the server encodes it once more

// Returns the file, or a smaller JPEG where it is wider than the server keeps photos. The browser turns it upright.
export async function shrunk(file, widest) {
  if (!SHRINKABLE.includes(file.type)) return file
  const bitmap = await createImageBitmap(file).catch(() => null)
  if (!bitmap) return file
  const canvas = document.createElement("canvas")
  canvas.width = Math.min(widest, bitmap.width)
  canvas.height = Math.round((bitmap.height * canvas.width) / bitmap.width)
  const context = bitmap.width > widest ? canvas.getContext("2d") : null
  if (context) {
    context.imageSmoothingQuality = "high"
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  }
  bitmap.close()
  const smaller = context && (await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY)))
  return smaller && smaller.size < file.size ? smaller : file
}

// Returns what the server answers. Throws an error with a sentence; `words`: data-offline, data-ended, data-failed.
export function send(address, fields, token, words, onProgress) {
  const body = new FormData()
  for (const [name, value, filename] of fields) filename ? body.append(name, value, filename) : body.append(name, value)
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest() // fetch does not tell how much was sent
    request.open("POST", address)
    request.responseType = "json"
    request.setRequestHeader("Accept", "application/json")
    request.setRequestHeader("X-CSRFToken", token)
    request.upload.addEventListener("progress", (event) => event.lengthComputable && onProgress(event.loaded / event.total))
    request.addEventListener("error", () => reject(new Error(words.offline)))
    request.addEventListener("load", () => {
      if (request.response?.card) return resolve(request.response)
      const hasEnded = [400, 401, 403].includes(request.status)
      reject(new Error(hasEnded ? words.ended : (request.response?.error ?? words.failed)))
    })
    request.send(body)
  })
}
