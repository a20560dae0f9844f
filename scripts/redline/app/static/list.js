// Lists of the first views: how to work, and documents that arrows walk.
import { $, el, keycap } from './dom.js'

// Each step is a list of texts and of key names.
export function steps (all, kind = '') {
  const list = el('ol', 'steps ' + kind)
  for (const parts of all) {
    const item = el('li')
    for (const part of parts) item.append(...typeof part === 'string' ? [part] : part.map(keycap))
    list.append(item)
  }
  return list
}

// Arrows walk the first links of a list; Enter opens, as in every list of links.
export function walk (list) {
  list.addEventListener('keydown', event => {
    const links = [...list.querySelectorAll('li > a:first-child')]
    const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[event.key]
    const other = links[links.indexOf($('a', document.activeElement.closest('li'))) + step]
    if (!other) return
    event.preventDefault()
    other.focus()
  })
}
