// The first view of the adjudicator: the documents with what is open, what waits for whom, and what is done.
import { $, el, keycap } from './dom.js'
import { steps, walk } from './list.js'
import { layerOf } from './scheme.js'
import { address, get } from './server.js'

const STEPS = [
  [['1'], ['2'], ' take the reading of a rater,', ['e'], ' edits one,', ['w'], ' writes another,', ['n'], ' takes neither.'],
  [['g'], ['a'], ['s'], ' say why: a gap of the guidelines, a true ambiguity, or a slip. This saves the decision and goes to the next open difference.'],
  ['A document opens when two raters are finished. Raters’ files are never changed; ', ['Ctrl', 'Enter'], ' makes gold.']
]

export async function waiting () {
  document.body.classList.add('list')
  const page = el('div', 'start')
  const list = el('ul', 'documents')
  const said = el('p', 'dim', 'Reading the documents ...')
  page.append(el('h2', '', 'How to work'), steps(STEPS), el('h2', '', 'Documents'), list, said)
  $('.work').replaceChildren(page)
  const { status, body } = await get('/api/documents')
  if (status !== 200) { said.textContent = body?.error ?? 'The server cannot be reached.'; return }
  list.append(...body.documents.map((each, i) => row(each, i === 0)))
  said.textContent = body.missing ? `${body.missing} more ${body.missing === 1 ? 'document has' : 'documents have'} no text here: redline texts --clone` : ''
  if (!list.firstChild && !body.missing) said.textContent = 'No document has a rater’s file yet: redline annotate --rater NAME.'
  walk(list)
  $('a', list)?.focus()
}

function row ({ doc, title, waits, problem, open, layers, gold }, first) {
  const closed = waits.length > 0 || !!problem
  const node = el(closed ? 'div' : 'a', closed ? 'closed' : '')
  if (!closed) node.href = address({ doc })
  const begun = Object.values(layers).some(layer => layer.decided)
  const state = closed || (open && !begun) ? '' : !open && gold === 'made' ? 'done' : 'part'
  const said = problem || (waits.length ? `waits for ${waits.join(', ')}` : open ? `${open} open` : gold === 'made' ? 'gold is made' : 'gold is not made')
  node.append(el('i', 'pie ' + state), el('span', 'title', title || doc), el('span', 'dim layers', counts(layers)), el('span', open ? '' : 'dim', said))
  if (first && !closed) node.append(keycap('Enter'))
  const item = el('li')
  item.append(node)
  return item
}

// What is decided, by layer.
function counts (layers) {
  const parts = Object.entries(layers).map(([layer, { open, decided }]) => `${layerOf(layer).title}: ${open ? `${open} open, ` : ''}${decided} decided`)
  return parts.join(' · ')
}
