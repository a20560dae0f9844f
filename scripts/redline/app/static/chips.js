// The parts of the dock: a row, a question in words, and a chip, which does what its key does.
import { button, el, keycap } from './dom.js'
import { back } from './session.js'

export function row (className, ...nodes) {
  const node = el('div', 'row ' + className)
  node.append(...nodes)
  return node
}

export function chip (key, text, act, { ringed = false, pressed = null, title = '' } = {}) {
  const node = button('chip' + (ringed ? ' ringed' : ''), '', () => { act(); back() })
  if (key) { node.append(keycap(key)); node.setAttribute('aria-keyshortcuts', key) }
  node.append(text)
  if (title) node.title = title
  if (pressed !== null) node.setAttribute('aria-pressed', pressed)
  return node
}

export function ask (text, ...more) {
  const node = el('div', 'ask', text)
  node.append(...more)
  return row('', node)
}
