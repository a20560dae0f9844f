// The list of keys, from the same file that the keys run from.
import { $, button, el, keycap } from './dom.js'
import { scheme } from './scheme.js'
import { session } from './session.js'

export function help (_, rows = scheme.keys) {
  const dialog = $('#keys')
  const title = el('h2', '', 'Keys')
  title.id = 'keys-title'
  const list = el('dl', 'cols')
  for (const row of rows) {
    const pair = el('div')
    const name = el('dt')
    name.append(keycap(row.show), el('span', 'sr', row.show))
    pair.append(name, el('dd', '', row.does))
    list.append(pair)
  }
  const close = button('', 'Close', () => dialog.close())
  close.tabIndex = 0
  dialog.onclose = () => session.passage.node.focus({ preventScroll: true })
  dialog.replaceChildren(title, list, close)
  dialog.showModal()
}
