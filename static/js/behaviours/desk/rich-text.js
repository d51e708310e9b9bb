// HugeRTE over the textarea of an article, so that it is written as it will look. Every change is copied into the textarea at once:
// drafts, sending and checking the form need not know about the editor. For writing-mode.js.
// `settings`: JSON in the page (templates/desk/posts/edit.html). The event "insert-html" of the textarea, whose detail is HTML, puts a
// block where the caret is; "editor-keydown" and "editor-compositionend" pass on what happens in the editor's frame.

const TOOLBAR = "undo redo | blocks | bold italic | bullist numlist blockquote | link photo youtube table"
const PHONE_TOOLBAR = "heading quotation photo hyperlink list"
const SMALL_TOOLBAR = "undo redo | blocks | bold | bullist numlist blockquote | link table"
const SMALL_PHONE_TOOLBAR = "heading quotation hyperlink list table"
const PHONE = "(width < 40rem)"
const REFUSED_STYLES = [
  "color", "background", "background-color", "background-image", "font", "font-family", "font-size", "line-height", "letter-spacing",
  "margin", "margin-left", "margin-right", "margin-top", "margin-bottom", "text-indent", "mso-style-name", "width", "height", "border",
]
const KEPT_ATTRIBUTES = ["href", "src", "alt", "colspan", "rowspan", "start", "reversed", "type", "value", "data-youtube"]
const BOLD = /font-weight\s*:\s*(bold|[6-9]00)/i
const NOT_BOLD = /(^|[^-])font-weight\s*:\s*(normal|[1-5]00)/i
const UNSEEN = ".gmail_attr, [data-style*='display:none' i], [data-style*='display: none' i], [data-style*='mso-hide:all' i]"
const YOUTUBE = /(?:youtu\.be\/|youtube(?:-nocookie)?\.com\/(?:watch\?(?:[^#]*&)?v=|embed\/|shorts\/|live\/))([\w-]{11})(?![\w-])/

export async function startRichText(textarea, settings) {
  await load(`${settings.base}/hugerte.min.js`)
  if (settings.strings) await load(settings.strings)
  const dark = matchMedia("(prefers-color-scheme: dark)").matches
  const isPhone = matchMedia(PHONE).matches
  const [editor] = await window.hugerte.init({
    target: textarea,
    base_url: settings.base,
    suffix: ".min",
    language: settings.strings ? settings.language : undefined,
    skin: dark ? "oxide-dark" : "oxide",
    content_css: settings.contentCss,
    body_class: "body article",
    plugins: "lists link autolink table autoresize",
    toolbar: toolbarOf(settings, isPhone),
    toolbar_mode: "wrap",
    toolbar_sticky: true,
    toolbar_sticky_offset: document.querySelector(".menu")?.offsetHeight ?? 0,
    menubar: false,
    statusbar: false,
    branding: false,
    promotion: false,
    min_height: 420,
    autoresize_bottom_margin: 24,
    autoresize_overflow_padding: 16,
    block_formats: "Paragraph=p;Heading=h2;Small heading=h3",
    iframe_aria_text: textarea.labels?.[0]?.textContent ?? "",
    browser_spellcheck: true,
    contextmenu: false, // the phone's own, and the browser's spelling
    convert_urls: false,
    entity_encoding: "raw",
    table_toolbar: "tableinsertrowafter tableinsertcolafter | tabledeleterow tabledeletecol | tabledelete",
    table_appearance_options: false,
    table_advtab: false,
    table_cell_advtab: false,
    table_row_advtab: false,
    table_default_styles: {},
    table_sizing_mode: "responsive",
    table_resize_bars: false,
    object_resizing: false,
    link_assume_external_targets: "https",
    link_target_list: false,
    link_title: false,
    paste_data_images: !settings.isSmall,
    paste_webkit_styles: "font-weight display", // that `clean` reads and removes
    paste_merge_formats: true,
    invalid_styles: { "*": REFUSED_STYLES.join(" ") },
    invalid_elements: "font,script,style,object,embed,form,input,button,o:p",
    extended_valid_elements: "figure[class|data-youtube],figcaption",
    images_file_types: "jpeg,jpg,png,gif,webp",
    automatic_uploads: true,
    images_upload_handler: async (blob) => (await upload(blob.blob(), blob.filename(), textarea, settings)).location,
    paste_preprocess: (editor, paste) => {
      const cleaned = clean(paste.content)
      paste.content = cleaned.markup
      if (cleaned.removedPhotos) editor.notificationManager.open({ text: settings.labels.photosLeft, type: "info" })
    },
    setup: (editor) => setUp(editor, textarea, settings),
  })
  return editor
}

// Without photos and videos where the text may have none.
function toolbarOf({ isSmall }, isPhone) {
  if (isSmall) return isPhone ? SMALL_PHONE_TOOLBAR : SMALL_TOOLBAR
  return isPhone ? PHONE_TOOLBAR : TOOLBAR
}

function setUp(editor, textarea, settings) {
  const { labels } = settings
  addPhoneButtons(editor, labels)
  editor.ui.registry.addButton("photo", {
    ...(matchMedia(PHONE).matches ? { text: labels.photoShort } : { icon: "image" }),
    tooltip: labels.photo,
    onAction: () => choosePhotos(textarea),
  })
  editor.ui.registry.addButton("youtube", {
    icon: "embed",
    tooltip: labels.video,
    onAction: () => askForVideo(editor, labels),
  })
  let isCopying = false
  let copied = "" // the content as the editor prints it; the textarea holds what the server sent until it changes
  const copy = (act) => {
    if (isCopying || !editor.initialized) return
    isCopying = true
    act()
    isCopying = false
  }
  const write = () => {
    const text = editor.getContent()
    if (text === copied) return
    textarea.value = copied = text
    textarea.dispatchEvent(new Event("input", { bubbles: true }))
  }
  const read = () => {
    editor.setContent(textarea.value)
    copied = editor.getContent()
  }
  const listening = new AbortController()
  const listen = (target, name, act, options) => target?.addEventListener(name, act, { signal: listening.signal, ...options })
  editor.on("input change undo redo SetContent blur compositionend", () => copy(write)) // each step of a Korean syllable too
  for (const name of ["keydown", "compositionend"]) {
    editor.on(name, (event) => textarea.dispatchEvent(new CustomEvent(`editor-${name}`, { detail: event, bubbles: true })))
  }
  editor.on("remove", () => listening.abort())
  listen(textarea, "input", () => copy(read))
  let hasCaret = false
  editor.once("focus", () => (hasCaret = true))
  listen(textarea, "insert-html", (event) => {
    if (!hasCaret) editor.selection.setCursorLocation(editor.getBody(), editor.getBody().childNodes.length) // the end
    editor.insertContent(`${event.detail}<p></p>`)
  })
  editor.on("PreInit", () => offerCaptions(editor))
  editor.on("init", () => {
    copied = editor.getContent()
    if (textarea.getAttribute("aria-invalid") === "true") editor.getBody().setAttribute("aria-invalid", "true")
    listen(textarea.labels?.[0], "click", () => editor.focus())
    listen(textarea, "focus", () => editor.focus())
  })
  listen(textarea.form, "submit", () => (textarea.value = editor.getContent()), { capture: true })
}

// On a phone five buttons with words do instead of the whole toolbar; "photo" is the fifth.
function addPhoneButtons(editor, labels) {
  const toggle = (text, format, act) => ({
    text,
    onAction: act,
    onSetup: (button) => editor.formatter.formatChanged(format, (isOn) => button.setActive(isOn)).unbind,
  })
  const { registry } = editor.ui
  registry.addToggleButton("heading", toggle(labels.heading, "h2", () => editor.execCommand("mceToggleFormat", false, "h2")))
  registry.addToggleButton("quotation", toggle(labels.quotation, "blockquote", () => editor.execCommand("mceBlockQuote")))
  registry.addToggleButton("hyperlink", toggle(labels.link, "link", () => editor.execCommand("mceLink")))
  registry.addToggleButton("list", {
    text: labels.list,
    onAction: () => editor.execCommand("InsertUnorderedList"),
    onSetup: (button) => {
      const update = () => button.setActive(editor.queryCommandState("InsertUnorderedList"))
      editor.on("NodeChange", update)
      return () => editor.off("NodeChange", update)
    },
  })
}

// In the editor every photo has a caption to fill in; an empty one is left out of the text.
function offerCaptions(editor) {
  const { Node } = window.hugerte.html
  editor.parser.addNodeFilter("figure", (figures) => {
    for (const figure of figures) {
      if (!figure.getAll("img").length || figure.getAll("figcaption").length) continue
      const caption = figure.append(new Node("figcaption", 1))
      caption.append(new Node("br", 1))
    }
  })
  editor.serializer.addNodeFilter("figcaption", (captions) => {
    for (const caption of captions) {
      if (!caption.getAll("#text").some((text) => text.value.trim())) caption.remove()
    }
  })
}

// The page's photos (photos.js) let the writer choose; what arrives goes where the caret is.
export function choosePhotos(textarea) {
  textarea.form.dispatchEvent(new CustomEvent("choose-photos"))
}

function askForVideo(editor, labels) {
  editor.windowManager.open({
    title: labels.video,
    body: {
      type: "panel",
      items: [{ type: "input", name: "address", label: labels.videoAddress, inputMode: "url" }],
    },
    buttons: [
      { type: "cancel", text: "Cancel" },
      { type: "submit", text: "Insert", buttonType: "primary" },
    ],
    onSubmit: (dialog) => {
      const id = YOUTUBE.exec(dialog.getData().address)?.[1]
      if (!id) return editor.windowManager.alert(labels.videoWrong)
      dialog.close()
      const link = `<a href="https://www.youtube.com/watch?v=${id}">${editor.dom.encode(labels.watch)}</a>`
      editor.insertContent(`<figure class="video" data-youtube="${id}">${link}</figure><p></p>`)
    },
  })
}

// Of what is pasted from HWP, Word and web pages only the text, its structure and its links are kept, and photos that came with it.
// Photos on the writer's disk or on another site are removed (`removedPhotos`): no reader could see them.
function clean(markup) {
  const page = new DOMParser().parseFromString(withoutStyles(markup), "text/html")
  page.querySelectorAll(`style, script, meta, link, xml, title, ${UNSEEN}`).forEach((element) => element.remove())
  const foreign = [...page.querySelectorAll("img")].filter((image) => !isPasted(image.getAttribute("src") ?? ""))
  foreign.forEach((image) => image.remove())
  for (const element of page.body.querySelectorAll("*")) {
    const style = element.dataset?.style ?? ""
    if (element.tagName === "SPAN" && BOLD.test(style)) embolden(element)
    const isNotBold = element.tagName === "B" && NOT_BOLD.test(style)
    for (const { name } of [...element.attributes]) {
      const isKept = KEPT_ATTRIBUTES.includes(name) || (name === "class" && element.tagName === "FIGURE")
      if (!isKept) element.removeAttribute(name)
    }
    const isWrapper = isNotBold || element.tagName.includes(":") || ["SPAN", "FONT"].includes(element.tagName)
    if (isWrapper) element.replaceWith(...element.childNodes)
  }
  const cleaned = page.body.innerHTML.replace(/<!--[\s\S]*?-->/g, "")
  return { markup: cleaned, removedPhotos: foreign.length > 0 }
}

function embolden(span) {
  const bold = span.ownerDocument.createElement("strong")
  bold.append(...span.childNodes)
  span.append(bold)
}

function isPasted(address) {
  return /^(data:|blob:|\/media\/)/.test(address)
}

// Parsing markup with its styles would make the browser report each of them against our Content-Security-Policy.
function withoutStyles(markup) {
  return markup
    .replace(/<style[\s>][\s\S]*?<\/style>/gi, "")
    .replace(/<[a-z][^<>]*>/gi, (tag) => tag.replace(/([\s"'])style\s*=/gi, "$1data-style="))
}

async function upload(file, name, textarea, settings) {
  const body = new FormData()
  body.append("file", file, name)
  const headers = { "X-CSRFToken": textarea.form.elements.csrf_token.value, Accept: "application/json" }
  const answer = await fetch(settings.upload, { method: "POST", body, headers }).catch(() => null)
  const photo = await answer?.json().catch(() => null)
  if (!answer?.ok || !photo?.location) throw new Error(photo?.error ?? settings.labels.uploadFailed)
  return photo
}

const loading = new Map()

function load(address) {
  if (!loading.has(address)) {
    loading.set(
      address,
      new Promise((resolve, reject) => {
        const script = document.createElement("script")
        script.src = address
        script.addEventListener("load", resolve)
        script.addEventListener("error", reject)
        document.head.append(script)
      })
    )
  }
  return loading.get(address)
}
