// The list of passages with how far each is. On a narrow screen it lies over the text while it is open.
import { $, button, el } from './dom.js'
import { address } from './server.js'
import { go } from './caret.js'
import { session } from './session.js'

export function queue () {
  const list = el('ol')
  list.append(...session.passages.map(row))
  const all = el('a', 'all', 'All documents')
  all.href = address({ doc: null, passage: null })
  $('.queue').replaceChildren(all, el('h2', '', 'Passages'), list)
}

// Opens or closes the list, with the focus on the passage that is current.
export function list (open = !document.body.classList.contains('listing')) {
  document.body.classList.toggle('listing', open)
  $('#where').setAttribute('aria-expanded', open)
  if (open) $('.queue [aria-current]').focus()
}

export function state (passage) {
  const written = session.store.progress.done[passage.n] ?? []
  if (session.layers.every(layer => written.includes(layer.layer))) return 'done'
  return passage.spans.length || passage.done.size ? 'part' : ''
}

function row (passage) {
  const item = el('li')
  const how = state(passage)
  const node = button('', '', () => { list(false); go(passage, 0); session.render() })
  node.tabIndex = 0
  node.append(el('b', '', String(passage.n)), el('span', '', passage.text.slice(0, 80)), el('i', 'pie ' + how))
  node.append(el('span', 'sr', `, ${passage.spans.length} spans${how ? ', ' + (how === 'part' ? 'partly done' : how) : ''}`))
  if (passage === session.passage) node.setAttribute('aria-current', 'true')
  item.append(node)
  return item
}
