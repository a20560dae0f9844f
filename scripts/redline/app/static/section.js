// A part of the right column under a heading, and the line that the column is on a narrow screen.
import { button, el, sheet } from './dom.js'

export function section (title, className = '') {
  const node = el('section', className)
  node.append(el('h2', '', title))
  return node
}

// On a narrow screen this line opens and closes the column.
export function handle (text) {
  const node = button('handle', text, () => node.setAttribute('aria-expanded', sheet()))
  node.setAttribute('aria-expanded', document.body.classList.contains('open'))
  node.tabIndex = 0
  return node
}
