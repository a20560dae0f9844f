// The first view: how to work here, and the documents with how far the rater is.
import { $, el, keycap } from './dom.js'
import { scheme } from './scheme.js'

const STEPS = [
  [['j'], ' moves to the next name, number or cue. You can also use the arrow keys and the mouse.'],
  [['a letter'], ' labels the word at the caret, or the selection. The bar below the text shows all letters, and then the next question.'],
  [['Ctrl', 'Enter'], ' marks the passage as done. Each step is saved immediately. ', ['Ctrl', 'Z'], ' undoes it.']
]

export function documents (parameters) {
  document.body.classList.add('list')
  const page = el('div', 'start')
  const list = el('ul', 'documents')
  const next = scheme.documents.find(each => each.done < each.passages)
  list.append(...scheme.documents.map(each => row(each, each === next, parameters)))
  page.append(el('h2', '', 'How to work'), steps(), ...practice(parameters), el('h2', '', 'Documents'), list)
  $('.work').replaceChildren(page)
  list.addEventListener('keydown', event => walk(event, [...list.querySelectorAll('a')]))
  $('.next', list)?.focus()
}

function practice (parameters) {
  if (!scheme.practice) return []
  const link = el('a', '', `Practise on ${scheme.practice} passages`)
  link.href = `?${new URLSearchParams({ ...Object.fromEntries(parameters), doc: 'practice' })}`
  const text = el('p')
  text.append(link, ': after each passage you see gold next to your labels, with the reason for each difference. Practice does not change your files.')
  return [text]
}

function steps () {
  const list = el('ol', 'steps')
  for (const parts of STEPS) {
    const item = el('li')
    for (const part of parts) item.append(...typeof part === 'string' ? [part] : part.map(keycap))
    list.append(item)
  }
  return list
}

function row ({ doc, title, date, passages, done, begun }, next, parameters) {
  const link = el('a', next ? 'next' : '')
  link.href = `?${new URLSearchParams({ ...Object.fromEntries(parameters), doc })}`
  const state = done === passages ? 'done' : done || begun ? 'part' : ''
  const said = state === 'done' ? 'done' : state ? `${done} of ${passages} done` : `${passages} passages`
  link.append(el('i', 'pie ' + state), el('span', 'title', title || doc), el('span', 'dim', date ?? ''), el('span', 'dim', said))
  if (next) link.append(keycap('Enter'))
  const item = el('li')
  item.append(link)
  return item
}

// Arrows walk the list; Enter opens, as in every list of links.
function walk (event, links) {
  const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[event.key]
  const other = links[links.indexOf(document.activeElement) + step]
  if (!other) return
  event.preventDefault()
  other.focus()
}
