// Calls the behaviour of each name in [data-behaviour] with its element. Elements added later need start(root), as in dialog.js.
// The server joins behaviours/*.js to this file (lib/web/assets.py); those of the desk are imported when an element needs one.

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
