// Rows of the dock: a question, chips with their key, and a line of hints.
import { button, el, keycap } from './dom.js'

export function row (className, ...nodes) {
  const node = el('div', 'row ' + className)
  node.append(...nodes)
  return node
}

export function chip (key, text, act, { pressed = null, title = '' } = {}) {
  const node = button('chip', '', act)
  if (key) {
    node.append(keycap(key))
    node.setAttribute('aria-keyshortcuts', key)
  }
  node.append(text)
  if (title) node.title = title
  if (pressed !== null) node.setAttribute('aria-pressed', pressed)
  return node
}

export function ask (text, ...more) {
  const node = el('div', 'ask', text)
  node.append(...more)
  return node
}

export function hints (pairs) {
  const node = el('div', 'keys')
  for (const [names, does] of pairs) {
    const pair = el('span')
    for (const name of names.split(' ')) pair.append(keycap(name), ' ')
    pair.append(does)
    node.append(pair)
  }
  return node
}
