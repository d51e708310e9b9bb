// Finds [data-behaviour~=name] and gives the element to the behaviour of that name.
// Whatever is put into the page later (a dialog, say) is started with start(root).
// Behaviours for readers are joined to this file when the paper starts (lib/assets.py); the desk's are fetched where they are needed.

const behaviours = {}

function start(root) {
  const elements = [...root.querySelectorAll("[data-behaviour]")]
  if (root.dataset?.behaviour) elements.unshift(root)
  for (const element of elements) {
    for (const name of element.dataset.behaviour.split(/\s+/)) {
      if (behaviours[name]) behaviours[name](element)
      else import(`./js/behaviours/desk/${name}.js`).then((module) => module.default(element))
    }
  }
}
