// How each span of a passage looks now: selected, a child of the selected one, one of the choices, faulty.
import { current, faultsOf, session, shown } from './session.js'
import { scheme } from './scheme.js'

export const HINTS = [...'asdfghjklwertuiopcvbnmqxyz']

export function looks (passage) {
  const here = passage === session.passage
  const span = here ? current() : null
  const roles = span ? rolesAround(passage, span) : new Map()
  const bad = new Set(faultsOf(passage).map(fault => fault.span))
  const choosing = here && (session.mode === 'child' || session.mode === 'head')
  const spans = passage.spans.filter(shown).map(each => {
    const hint = choosing ? session.choices.findIndex(choice => choice.id === each.id) : -1
    const role = roles.get(each.id)
    const on = each === span
    const words = hint >= 0 ? `${HINTS[hint]} ${each.label}` : role ? `${role} ${each.label}` : each.label
    return { span: each, tag: words, on, keep: on || !!role || hint >= 0, child: !!role, pick: hint >= 0, bad: bad.has(each.id), place: place(each) }
  })
  const key = [here && session.pick, choosing && session.choices.map(choice => choice.id), [...bad], session.layers.length].join()
  return { key, spans, faded: !!span && (roles.size > 0 || choosing) }
}

function rolesAround (passage, span) {
  const roles = new Map()
  for (const relation of passage.relations) {
    if (relation.head_id === span.id) roles.set(relation.child_id, relation.label + ' ›')
    if (relation.child_id === span.id) roles.set(relation.head_id, '‹ ' + relation.label)
  }
  return roles
}

const place = span => scheme.layers.findIndex(layer => layer.layer === span.layer)
