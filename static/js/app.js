// Finds [data-behaviour~=name] and imports behaviours/<name>.js, whose default export gets the element.
// Whatever is put into the page later (a dialog, say) is started with start(root).

export function start(root) {
  const elements = [...root.querySelectorAll("[data-behaviour]")]
  if (root.dataset?.behaviour) elements.unshift(root)
  for (const element of elements) {
    for (const name of element.dataset.behaviour.split(/\s+/)) {
      import(`./behaviours/${name}.js`).then((module) => module.default(element))
    }
  }
}

start(document.body)
