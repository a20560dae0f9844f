// The relations of the selected span in the right column, and the roles that are still open.
import { $, button, el, keycap, quote } from './dom.js'
import { untie } from './link.js'
import { rolesOf } from './scheme.js'
import { section } from './section.js'
import { pick } from './select.js'
import { back, session } from './session.js'

export function relations (span) {
  const tied = session.passage.relations.filter(r => [r.head_id, r.child_id].includes(span.id))
  const open = rolesOf(span).filter(role => !tied.some(r => r.head_id === span.id && r.label === role.name)).map(role => role.name.toLowerCase())
  if (!tied.length && !open.length) return null
  const part = section('Relations')
  if (rolesOf(span).length) $('h2', part).append(' ', keycap('r'))
  const list = el('ul', 'rels')
  list.append(...tied.map(relation => relationRow(span, relation)))
  if (tied.length) part.append(list)
  if (open.length) part.append(el('div', 'dim', 'open: ' + open.join(', ')))
  return part
}

function relationRow (span, relation) {
  const isHead = relation.head_id === span.id
  const other = session.passage.byId.get(isHead ? relation.child_id : relation.head_id)
  const row = el('li')
  const go = button(`cut ink-${other?.layer}`, other ? quote(other.text) : 'a deleted span', () => { if (other) pick(other); back() })
  const off = button('', '×', () => { untie(relation); back() })
  off.setAttribute('aria-label', `remove ${relation.label}`)
  row.append(el('b', '', (isHead ? '' : '‹ ') + relation.label), go, off)
  return row
}
