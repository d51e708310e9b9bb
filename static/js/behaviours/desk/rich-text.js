// The text of an article as it will look, over its textarea: HugeRTE, loaded on the desk only. What is written goes
// into the textarea at once, so drafts, sending and the checks of the form know nothing of it.

const TOOLBAR = "undo redo | blocks | bold italic | bullist numlist blockquote | link photo youtube table"
const YOUTUBE = /(?:youtu\.be\/|youtube(?:-nocookie)?\.com\/(?:watch\?(?:[^#]*&)?v=|embed\/|shorts\/|live\/))([\w-]{11})(?![\w-])/

export default async function richText(textarea) {
  const settings = textarea.dataset
  if (settings.strings) {
    await load(`${settings.base}/hugerte.min.js`)
    await load(settings.strings)
  } else await load(`${settings.base}/hugerte.min.js`)
  const dark = matchMedia("(prefers-color-scheme: dark)").matches
  window.hugerte.init({
    target: textarea,
    base_url: settings.base,
    suffix: ".min",
    language: settings.strings ? settings.language : undefined,
    skin: dark ? "oxide-dark" : "oxide",
    content_css: settings.contentCss.split(","),
    body_class: "body article",
    plugins: "lists link autolink table autoresize",
    toolbar: TOOLBAR,
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
    paste_data_images: true,
    paste_webkit_styles: "none",
    paste_merge_formats: true,
    invalid_styles: { "*": "color background background-color background-image font font-family font-size line-height letter-spacing margin margin-left margin-right margin-top margin-bottom text-indent mso-style-name width height border" },
    invalid_elements: "font,script,style,object,embed,form,input,button,o:p",
    extended_valid_elements: "figure[class|data-youtube],figcaption",
    images_file_types: "jpeg,jpg,png,gif,webp",
    automatic_uploads: true,
    images_upload_handler: async (blob) => (await upload(blob.blob(), blob.filename(), textarea)).location,
    paste_preprocess: (editor, paste) => {
      const tidy = tidied(paste.content)
      paste.content = tidy.markup
      if (tidy.left) editor.notificationManager.open({ text: settings.photosLeft, type: "info" })
    },
    setup: (editor) => setUp(editor, textarea),
  })
}

function setUp(editor, textarea) {
  const labels = textarea.dataset
  editor.ui.registry.addButton("photo", { icon: "image", tooltip: labels.photo, onAction: () => choosePhoto(editor, textarea) })
  editor.ui.registry.addButton("youtube", { icon: "embed", tooltip: labels.video, onAction: () => askForVideo(editor, labels) })
  let writing = false
  const write = () => {
    if (editor.composing) return // a Korean syllable is half made: it comes with the next event
    const text = editor.getContent()
    if (text === textarea.value) return
    writing = true
    textarea.value = text
    textarea.dispatchEvent(new Event("input", { bubbles: true }))
    writing = false
  }
  editor.on("input change undo redo SetContent blur compositionend", () => editor.initialized && write())
  textarea.addEventListener("input", () => !writing && editor.initialized && editor.setContent(textarea.value))
  editor.on("PreInit", () => offerCaptions(editor))
  editor.on("init", () => {
    if (textarea.getAttribute("aria-invalid") === "true") editor.getBody().setAttribute("aria-invalid", "true")
    document.querySelector(`label[for="${CSS.escape(textarea.id)}"]`)?.addEventListener("click", () => editor.focus())
    textarea.addEventListener("focus", () => editor.focus())
  })
  textarea.form.addEventListener("submit", () => (textarea.value = editor.getContent()), { capture: true })
}

// A photo without a caption has a place for one while it is written; where it stays empty, it is not in the text.
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
    for (const caption of captions) if (!caption.getAll("#text").some((letters) => letters.value.trim())) caption.remove()
  })
}

function choosePhoto(editor, textarea) {
  const input = document.createElement("input")
  input.type = "file"
  input.accept = "image/*"
  input.addEventListener("change", async () => {
    if (!input.files[0]) return
    try {
      const photo = await upload(input.files[0], input.files[0].name, textarea)
      const dom = editor.dom
      const image = dom.createHTML("img", { src: photo.location, width: photo.width, height: photo.height, alt: "" })
      editor.insertContent(`<figure class="image">${image}<figcaption><br></figcaption></figure><p></p>`)
    } catch (error) {
      editor.notificationManager.open({ text: error.message, type: "error" })
    }
  })
  input.click()
}

function askForVideo(editor, labels) {
  editor.windowManager.open({
    title: labels.video,
    body: { type: "panel", items: [{ type: "input", name: "address", label: labels.videoAddress, inputMode: "url" }] },
    buttons: [
      { type: "cancel", text: "Cancel" },
      { type: "submit", text: "Insert", buttonType: "primary" },
    ],
    onSubmit: (dialog) => {
      const id = YOUTUBE.exec(dialog.getData().address)?.[1]
      if (!id) return editor.windowManager.alert(labels.videoWrong)
      dialog.close()
      editor.insertContent(
        `<figure class="video" data-youtube="${id}"><a href="https://www.youtube.com/watch?v=${id}">${editor.dom.encode(labels.watch)}</a></figure><p></p>`
      )
    },
  })
}

// From HWP, Word and web pages only the words, their order and their links are wanted; and photos that came along, not those
// that stand on the writer's disk or another site: nobody could see them. `left` says that there were such.
function tidied(markup) {
  const page = new DOMParser().parseFromString(unstyled(markup), "text/html")
  page.querySelectorAll("style, script, meta, link, xml, title").forEach((element) => element.remove())
  const foreign = [...page.querySelectorAll("img")].filter((image) => !/^(data:|blob:|\/media\/)/.test(image.getAttribute("src") ?? ""))
  foreign.forEach((image) => image.remove())
  for (const element of page.body.querySelectorAll("*")) {
    for (const { name } of [...element.attributes]) {
      if (!["href", "src", "alt", "colspan", "rowspan", "data-youtube"].includes(name) && !(name === "class" && element.tagName === "FIGURE")) element.removeAttribute(name)
    }
    if (element.tagName.includes(":") || ["SPAN", "FONT"].includes(element.tagName)) element.replaceWith(...element.childNodes)
  }
  return { markup: page.body.innerHTML.replace(/<!--[\s\S]*?-->/g, ""), left: foreign.length > 0 }
}

// Read with its styles, our Content-Security-Policy would report every one of them.
function unstyled(markup) {
  return markup.replace(/<style[\s>][\s\S]*?<\/style>/gi, "").replace(/<[a-z][^<>]*>/gi, (tag) => tag.replace(/([\s"'])style\s*=/gi, "$1data-style="))
}

async function upload(file, name, textarea) {
  const body = new FormData()
  body.append("file", file, name)
  const token = textarea.form.elements.csrf_token.value
  const answer = await fetch(textarea.dataset.upload, { method: "POST", body, headers: { "X-CSRFToken": token, Accept: "application/json" } }).catch(() => null)
  const said = await answer?.json().catch(() => null)
  if (!answer?.ok || !said?.location) throw new Error(said?.error ?? textarea.dataset.uploadFailed)
  return said
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
