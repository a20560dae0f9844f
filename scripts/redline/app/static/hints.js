// The last row of the dock: what can be done now, each with its key; a press does it too, for there may be no keys.
import { button, el, keycap } from './dom.js'
import { run } from './commands.js'
import { back } from './session.js'

// `pairs` are [keys, what they do] or [keys, what they do, the command or function, where it is shown if not everywhere].
export function keys (pairs) {
  const node = el('div', 'keys')
  node.append(...pairs.map(pair => pair[2] ? pressed(...pair) : told(...pair)))
  return node
}

function pressed (names, does, action, where = '') {
  const node = button('act ' + where, '', () => { typeof action === 'string' ? run(action) : action(); back() })
  return filled(node, names, does)
}

const told = (names, does) => filled(el('span'), names, does)

function filled (node, names, does) {
  for (const name of names.split(' ').filter(Boolean)) node.append(keycap(name), ' ')
  node.append(does)
  return node
}
