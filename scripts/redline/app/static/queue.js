// The list of passages with how far each is.
import { $, button, el } from './dom.js'
import { go } from './caret.js'
import { session } from './session.js'

export function queue () {
  const list = el('ol')
  list.append(...session.passages.map(row))
  $('.queue').replaceChildren(el('h2', '', 'Passages'), list)
}

export function state (passage) {
  const written = session.store.progress.done[passage.n] ?? []
  if (session.layers.every(layer => written.includes(layer.layer))) return 'done'
  return passage.spans.length || passage.done.size ? 'part' : ''
}

function row (passage) {
  const item = el('li')
  const how = state(passage)
  const node = button('', '', () => { go(passage, 0); session.render() })
  node.tabIndex = 0
  node.append(el('b', '', String(passage.n)), el('span', '', passage.text.slice(0, 80)), el('i', 'pie ' + how))
  node.append(el('span', 'sr', `, ${passage.spans.length} spans${how ? ', ' + (how === 'part' ? 'partly done' : how) : ''}`))
  if (passage === session.passage) node.setAttribute('aria-current', 'true')
  item.append(node)
  return item
}
