// Relations: a role and its child, or from a child its head; the actors of a head follow them.
import { following } from './actors.js'
import { change, plain, relationItem } from './change.js'
import { quote, say, tell } from './dom.js'
import { layerOf, letters, rolesOf } from './scheme.js'
import { current, leave, session } from './session.js'

// Relations: a role, then the child's letter; from a child the head, then the role.
const together = (head, child) => {
  const [a, b] = session.passage.sentence(head.a)
  return child.a >= a && child.b <= b
}

export function relate () {
  const span = current()
  if (!span) return tell('no span selected')
  leave()
  if (rolesOf(span).length) return Object.assign(session, { mode: 'role', link: { head: span } })
  const heads = session.passage.spans.filter(head => together(head, span) && rolesOf(head).some(role => role.children.includes(span.label)))
  if (!heads.length) return tell('no span of this sentence can have it as a child')
  if (heads.length === 1) return Object.assign(session, { mode: 'role', link: { head: heads[0], child: span } })
  Object.assign(session, { mode: 'head', link: { child: span }, choices: inOrder(heads) })
}

const inOrder = spans => spans.toSorted((one, other) => one.a - other.a || one.b - other.b)
export const rolesNow = () => rolesOf(session.link.head).filter(role => !session.link.child || role.children.includes(session.link.child.label))

// A role has the same letter wherever it is offered.
export const letterOf = role => letters(layerOf(session.link.head.layer).relations.map(each => each.name))[role.name]

export function role (chosen) {
  const { head, child } = session.link
  if (child) return tie(head, chosen, child)
  const tied = span => session.passage.relations.some(r => r.head_id === head.id && r.child_id === span.id && r.label === chosen.name)
  const choices = session.passage.spans.filter(span => span.id !== head.id && chosen.children.includes(span.label) && together(head, span) && !tied(span))
  if (!choices.length) return tell(`no span of this sentence can be ${chosen.name}; needed: ${chosen.children.join(', ')}`)
  Object.assign(session, { mode: 'child', link: { head, role: chosen }, choices: inOrder(choices) })
  say(`${chosen.name}: ${session.choices.map(span => quote(span.text)).join('; ')}`)
}

export function chosen (span) {
  if (session.mode === 'head') Object.assign(session, { mode: 'role', link: { head: span, child: session.link.child }, choices: [] })
  else tie(session.link.head, session.link.role, span)
}

const withActors = (head, relations) => [`span:${head.id}`, { ...plain(head), attributes: following(head, session.passage.relations, relations) }]

function tie ({ id }, role, child) {
  const head = session.passage.byId.get(id)
  const relation = { head_id: head.id, child_id: child.id, label: role.name }
  const before = role.most === 1 ? session.passage.relations.filter(r => r.head_id === head.id && r.label === role.name) : []
  const after = [...session.passage.relations.filter(old => !before.includes(old)), relation]
  change([...before.map(old => [relationItem(old), null]), [relationItem(relation), relation], withActors(head, after)], `${role.name} ${quote(child.text)}`)
  say(`${role.name} is ${quote(child.text)}`)
  const again = !session.link.child
  leave()
  if (again) Object.assign(session, { mode: 'role', link: { head } })
}

export function untie (relation) {
  const { byId, relations } = session.passage
  const head = byId.get(relation.head_id)
  change([[relationItem(relation), null], ...head ? [withActors(head, relations.filter(other => other !== relation))] : []], `untie ${relation.label}`)
}
