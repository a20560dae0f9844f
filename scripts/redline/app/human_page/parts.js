// The parts of a page that asks: how far the person is, the question, and its answers with their keys.
import { $, button, el, keycap } from './dom.js'

const CAPS = { Backspace: '⌫', ArrowLeft: '←', ArrowRight: '→' }

export function progress (answered, all) {
  $('.count').textContent = `${answered} of ${all} answered`
  Object.assign($('progress'), { max: all, value: answered })
}

export function asked (title, note) {
  const node = el('div', 'ask', title)
  if (note) node.prepend(el('span', 'note', note + ' '))
  return node
}

// `choices` are pairs of key and text.
export function chips (choices, press, ready) {
  const row = el('div', 'row')
  for (const [key, text] of choices) {
    const node = button('chip', '', () => press(key))
    node.append(keycap(CAPS[key] ?? key), text)
    node.setAttribute('aria-keyshortcuts', key)
    node.tabIndex = 0
    node.setAttribute('aria-disabled', !ready)
    row.append(node)
  }
  return row
}

// Names and what they mean, under a heading that opens them.
export function meanings (title, rows) {
  const [part, list] = [el('details'), el('dl', 'answers')]
  for (const [name, text] of rows) list.append(el('dt', '', name), el('dd', '', text))
  part.open = matchMedia('(min-width: 60.01rem)').matches
  part.append(el('summary', '', title), list)
  return part
}
