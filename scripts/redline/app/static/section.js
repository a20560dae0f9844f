// A part of the right column under a heading.
import { el } from './dom.js'

export function section (title, className = '') {
  const node = el('section', className)
  node.append(el('h2', '', title))
  return node
}
