// The text of the guidelines that was found by typing, in the right column until Esc or its button closes it.
import { button, el } from './dom.js'
import { scheme } from './scheme.js'
import { section } from './section.js'
import { back, session } from './session.js'

export function found () {
  const { kind, name, text } = session.found
  const part = section(`Guidelines ${scheme.version} · ${kind.toLowerCase()}`, 'found')
  part.append(el('p', '', name ? `${name}: ${text}` : text), button('fix', 'Close', () => { close(); back() }))
  return part
}

export function close () {
  session.found = null
  document.body.classList.remove('open')
}
