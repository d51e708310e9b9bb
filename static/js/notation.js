// An article's text in a small notation that any keyboard can type, and back. What the notation cannot say stands in it as a marker of
// its own line, such as [photo 1], and comes back as it was. Paragraphs have an empty line between them.
//
//   ## subheading   ### small one   > quotation   - item   1. numbered item   --- a line   **bold**   [words](address)
//   <em> <u> <s> <sub> <sup> stay as they are; so does <br>, where a line break would end a heading, an item or a caption.
//
// A backslash before a sign takes its meaning away. `words` names the markers: photo, video, table, list, other.

const DEEPEST = 6 // quotations within one another, as in lib/text/markup
const TAGS = { EM: "em", I: "em", U: "u", INS: "u", S: "s", DEL: "s", STRIKE: "s", SUB: "sub", SUP: "sup" }
const INLINE = new Set([...Object.keys(TAGS), "STRONG", "B", "A", "BR", "SPAN", "FONT"])
const ADDRESS = /^(https?:\/\/[^/?#]|mailto:.|tel:.|\/(?![/\\])|#.)/i
const TOKEN = /\\([!-/:-@[-`{-~])|\*\*|<(br|em|u|s|sub|sup)>|\[((?:\\.|[^[\]\\\n])*)\]\(((?:\\.|[^()\\\n])*)\)|\n/g
const START = /^(#{2,4} |>|- |---$|[0-9]{1,6}\. )/ // of a line: what it is

// Returns { text, kept }: `kept` has the HTML of each marker.
export function toNotation(html, words) {
  const page = new DOMParser().parseFromString(html, "text/html")
  page.querySelectorAll("span, font").forEach((element) => element.replaceWith(...element.childNodes))
  page.body.normalize()
  const writer = { kept: new Map(), counts: {}, words }
  if (!page.body.children.length) return { text: escapeLines(escapeText(page.body.textContent.trim()), words), kept: writer.kept }
  return { text: writeBlocks(page.body, writer).join("\n\n"), kept: writer.kept }
}

export function toHtml(text, kept) {
  return readBlocks(text.split(/\r\n|[\r\n]/), kept, 0).join("\n")
}

// The next marker of this kind, for HTML that is to be inserted.
export function newMarker(kept, word, html) {
  let number = 1
  while (kept.has(`[${word} ${number}]`)) number++
  kept.set(`[${word} ${number}]`, html)
  return `[${word} ${number}]`
}

function writeBlocks(parent, writer) {
  const blocks = []
  let loose = []
  const gather = () => {
    const paragraph = writeParagraph(loose, writer)
    if (paragraph) blocks.push(paragraph)
    loose = []
  }
  for (const node of parent.childNodes) {
    if (node.nodeType === Node.TEXT_NODE || INLINE.has(node.tagName)) loose.push(node)
    else if (node.nodeType === Node.ELEMENT_NODE) {
      gather()
      const block = writeBlock(node, writer)
      if (block) blocks.push(block)
    }
  }
  gather()
  return blocks
}

function writeBlock(element, writer) {
  const { tagName, childNodes } = element
  if (tagName === "HR") return "---"
  if (tagName === "BLOCKQUOTE") {
    const lines = writeBlocks(element, writer).join("\n\n").split("\n")
    return lines.join("") && lines.map((line) => `> ${line}`.trim()).join("\n")
  }
  if (tagName === "P" && isInline(element)) return writeParagraph(childNodes, writer)
  if (tagName === "DIV" && !element.matches(".body__wide")) return writeBlocks(element, writer).join("\n\n")
  if (/^H[2-4]$/.test(tagName) && isInline(element)) {
    const line = writeLine(childNodes)
    return line && `${"#".repeat(tagName[1])} ${line}`
  }
  if (tagName === "UL" || tagName === "OL") return writeList(element) ?? keep(element, "list", writer)
  if (tagName === "FIGURE") return writeFigure(element, writer)
  return keep(element, kindOf(element), writer)
}

function kindOf(element) {
  const kinds = [["table", "table"], ["img", "photo"]]
  return kinds.find(([tag]) => element.matches(tag) || element.querySelector(tag))?.[1] ?? "other"
}

// Null: the list holds more than lines of text.
function writeList(list) {
  const start = list.getAttribute("start") ?? "1"
  if (!/^[0-9]{1,6}$/.test(start) || list.matches("[type], [reversed]")) return null
  const lines = []
  for (const item of list.children) {
    const only = item.children.length === 1 && item.firstElementChild.tagName === "P" ? item.firstElementChild : item
    if (item.tagName !== "LI" || item.hasAttribute("value") || !isInline(only) || item.textContent.trim() !== only.textContent.trim()) {
      return null
    }
    const line = writeLine(only.childNodes)
    if (line) lines.push((list.tagName === "UL" ? "- " : `${Number(start) + lines.length}. `) + line)
  }
  return lines.join("\n")
}

function writeFigure(figure, writer) {
  if (figure.matches("[data-youtube]")) return keep(figure, "video", writer)
  const caption = figure.querySelector(":scope > figcaption")
  const isPhoto = figure.firstElementChild?.tagName === "IMG" && figure.children.length === (caption ? 2 : 1)
  if (!isPhoto || (caption && !isInline(caption))) return keep(figure, kindOf(figure), writer)
  const line = caption ? writeLine(caption.childNodes) : ""
  caption?.remove()
  return `${keep(figure, "photo", writer)} ${line}`.trim()
}

function keep(element, kind, writer) {
  const seen = "img, hr, [data-youtube]"
  if (!element.textContent.trim() && !element.querySelector(seen) && !element.matches(seen)) return ""
  return newMarker(writer.kept, writer.words[kind], element.outerHTML)
}

function isInline(element) {
  return [...element.querySelectorAll("*")].every((child) => INLINE.has(child.tagName))
}

function writeParagraph(nodes, writer) {
  return escapeLines(tidyLines(writeInline(nodes, "\n", "")), writer.words)
}

function writeLine(nodes) {
  return tidyLines(writeInline(nodes, "\n", "")).replace(/\n/g, "<br>")
}

function tidyLines(text) {
  return text.split("\n").map((line) => line.trim()).filter(Boolean).join("\n")
}

// `active`: the formats that are open, so that none is written twice.
function writeInline(nodes, lineBreak, active) {
  return [...nodes].map((node) => writeNode(node, lineBreak, active)).join("")
}

function writeNode(node, lineBreak, active) {
  if (node.nodeType === Node.TEXT_NODE) return escapeText(node.data.replace(/\s+/g, " "), active.includes("a"))
  if (node.nodeType !== Node.ELEMENT_NODE) return ""
  if (node.tagName === "BR") return lineBreak
  const format = { STRONG: "strong", B: "strong", A: "a" }[node.tagName] ?? TAGS[node.tagName]
  const href = node.getAttribute("href") ?? ""
  if (active.split(" ").includes(format) || !node.textContent || (format === "a" && !ADDRESS.test(href))) {
    return writeInline(node.childNodes, lineBreak, active)
  }
  const inner = writeInline(node.childNodes, format === "a" ? "<br>" : lineBreak, `${active} ${format}`)
  if (format === "a") return `[${inner}](${href.replace(/[()\\*]/g, "\\$&")})`
  return format === "strong" ? `**${inner}**` : `<${format}>${inner}</${format}>`
}

function escapeText(text, isLink = false) {
  return text
    .replace(/\\/g, "\\\\")
    .replace(/^\*|\*$|\*(?=\*)|(?<=\*)\*/g, "\\*")
    .replace(/<(?=\/?(?:br|em|u|s|sub|sup)>)/g, "\\<")
    .replace(isLink ? /[[\]]/g : /\](?=\()/g, "\\$&")
}

function escapeLines(text, words) {
  const marker = new RegExp(`^\\[(${Object.values(words).join("|")}) [0-9]+\\](?=\\s|$)`)
  return text
    .split("\n")
    .map((line) => (marker.test(line) ? `\\${line}` : line.replace(START, (start) => start.replace(/[#>.-]/, "\\$&"))))
    .join("\n")
}

function readBlocks(lines, kept, depth) {
  const blocks = []
  let paragraph = []
  let group = null // the quotation or list that the line before belongs to
  const finish = () => {
    if (paragraph.length) blocks.push(`<p>${readInline(paragraph.join("\n"))}</p>`)
    if (group) blocks.push(group.html())
    paragraph = []
    group = null
  }
  const join = (kind, line, html) => {
    if (paragraph.length || group?.kind !== kind) finish()
    group ??= { kind, lines: [], html: () => html(group.lines) }
    group.lines.push(line)
  }
  for (const line of lines.map((line) => line.trim())) {
    const start = START.exec(line)?.[0] ?? ""
    const marker = /^\[[^[\]]+ [0-9]+\](?=\s|$)/.exec(line)?.[0]
    const rest = line.slice(start.length).trim()
    if (start === ">" && depth < DEEPEST) {
      join("quote", rest, (inside) => `<blockquote>${readBlocks(inside, kept, depth + 1).join("")}</blockquote>`)
    } else if (start === "- " && rest) join("ul", rest, (items) => `<ul>${readItems(items)}</ul>`)
    else if (/^[0-9]/.test(start) && rest) {
      const first = Number.parseInt(start)
      join("ol", rest, (items) => `<ol${first === 1 ? "" : ` start="${first}"`}>${readItems(items)}</ol>`)
    } else if (!line) finish()
    else if (marker && kept.has(marker)) {
      finish()
      blocks.push(...readMarker(kept.get(marker), line.slice(marker.length).trim()))
    } else if (start === "---") {
      finish()
      blocks.push("<hr>")
    } else if (start.startsWith("#") && rest) {
      finish()
      blocks.push(`<h${start.trim().length}>${readInline(rest)}</h${start.trim().length}>`)
    } else {
      if (group) finish()
      paragraph.push(line)
    }
  }
  finish()
  return blocks.filter((block) => block !== "<blockquote></blockquote>")
}

function readItems(lines) {
  return lines.map((line) => `<li>${readInline(line)}</li>`).join("")
}

// What stands behind the marker of a photo is its caption.
function readMarker(html, rest) {
  if (!rest) return [html]
  const figure = new DOMParser().parseFromString(html, "text/html").body.firstElementChild
  if (figure.children.length !== 1 || figure.firstElementChild.tagName !== "IMG") return [html, `<p>${readInline(rest)}</p>`]
  return [html.replace(/<\/figure>$/, `<figcaption>${readInline(rest)}</figcaption></figure>`)]
}

function readInline(text) {
  let html = ""
  let from = 0
  TOKEN.lastIndex = 0
  for (let token = TOKEN.exec(text); token; token = TOKEN.exec(text)) {
    const [sign, escaped, tag, words, address] = token
    const after = token.index + sign.length
    html += encode(text.slice(from, token.index))
    from = after
    const target = address === undefined ? "" : address.replace(/\\([!-/:-@[-`{-~])/g, "$1")
    if (escaped) html += encode(escaped)
    else if (sign === "\n" || tag === "br") html += "<br>"
    else if (ADDRESS.test(target)) html += `<a href="${encode(target).replace(/"/g, "&quot;")}">${readInline(words)}</a>`
    else if (address !== undefined) {
      html += "["
      from = token.index + 1
    } else {
      const mark = tag ? `</${tag}>` : "**"
      const end = closing(text, after, mark)
      if (end > after) html += tag ? `<${tag}>${readInline(text.slice(after, end))}${mark}` : `<strong>${readInline(text.slice(after, end))}</strong>`
      else html += encode(sign)
      from = end > after ? end + mark.length : after
    }
    TOKEN.lastIndex = from
  }
  return html + encode(text.slice(from))
}

// Where this mark stands next without a backslash before it; -1: nowhere.
function closing(text, from, mark) {
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\") at++
    else if (text.startsWith(mark, at)) return at
  }
  return -1
}

function encode(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;")
}
