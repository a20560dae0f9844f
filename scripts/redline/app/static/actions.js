// What a rater does to spans, relations and layers. Each is one edit, with a name for undo.
import { quote, say, tell, words } from './dom.js'
import { allSpans, closed, comparedOf, current, faultsOf, helpers, known, leave, session } from './session.js'
import { attributesOf, DOUBT, layerOf, needsOf, optional, rolesOf, scheme, walked } from './scheme.js'
import { following, ofAct } from './actors.js'
import { caret, enter, go, neighbour, place } from './caret.js'
import { filled } from './guess.js'
import { freshId } from './store.js'
import { jumped, places } from './places.js'
import { target } from './moves.js'

const CLOSED = 'this passage is already compared with gold and cannot be changed'
const change = (changes, what, passage = session.passage) => closed(passage) ? (tell(CLOSED), false) : session.store.edit(passage.n, changes, what)
const plain = ({ a, b, ...span }) => span
const relationItem = relation => `relation:${relation.head_id} ${relation.label} ${relation.child_id}`
const set = (span, values) => change([[`span:${span.id}`, { ...plain(span), ...values }]], `change ${span.label}`)

export function pick (span, passage = session.passage) {
  enter(passage)
  session.pick = span?.id ?? null
  if (span && session.layers.some(layer => layer.layer === span.layer)) session.layer = span.layer
}

// A label's letter: relabels the selected span of the layer where the caret is in it, or labels the selection or the word.
export function label (name) {
  const { passage, layer } = session
  const [a, f] = caret(passage)
  const span = current()
  if (span?.layer === layer && a === f && span.a <= f && f <= span.b) return relabel(span, name)
  const [start, end] = target(passage, [a, f])
  if (start >= end) return tell('no word here')
  const place = { start: passage.map.point(start), end: passage.map.point(end), text: passage.text.slice(start, end) }
  const twin = passage.spans.find(other => other.layer === layer && other.label === name && other.a === start && other.b === end)
  if (twin) return pick(twin)
  create({ id: freshId(), layer, label: name, ...place, attributes: {} }, end)
}

function create (span, end) {
  const { passage } = session
  span.attributes = filled(span, allSpans(), session.passage.date ?? session.date)
  if (!change([[`span:${span.id}`, span]], `add ${span.label} ${quote(span.text)}`)) return
  passage.grown = []
  place(passage, end)
  session.pick = span.id
  const open = needsOf(span).length
  say(`${span.label}: ${quote(span.text)}.${open ? ` ${open} to answer` : ''}`)
  ask()
}

function relabel (span, name) {
  if (span.label === name) return ask()
  const fresh = { ...plain(span), label: name }
  const allowed = new Set(attributesOf(fresh).map(attribute => attribute.name))
  const kept = Object.fromEntries(Object.entries(span.attributes).filter(([key]) => allowed.has(key)))
  set(fresh, { attributes: { ...filled(fresh, allSpans(), session.passage.date ?? session.date), ...kept } })
  say(`relabelled ${name}: ${quote(span.text)}`)
  ask()
}

// Asks the next required attribute that is open, or none; actors only where all is asked, for relations may still bring them.
export function ask (all = false) {
  const { rest } = session
  const span = current()
  const open = span && needsOf(span).find(attribute => all || rest || !attribute.relation)
  leave()
  if (open) Object.assign(session, { mode: 'attribute', step: open, rest })
  else rest?.()
}

// Asks what is open in a passage, span after span, and then does the rest; whether anything is open.
function asksFirst (passage, names, rest) {
  const span = passage.spans.find(span => names.includes(span.layer) && needsOf(span).length)
  if (!span) return false
  pick(span, passage)
  session.rest = rest
  ask(true)
  return true
}

// Enter on a span: its first attribute, and from there the next.
export function attributes () {
  const span = current()
  if (!span) return tell('no span selected')
  const list = walked(span)
  const at = session.mode === 'attribute' ? list.findIndex(attribute => attribute.name === session.step.name) + 1 : 0
  const step = session.mode === 'attribute' ? list[at] : needsOf(span)[0] ?? list[0]
  leave()
  if (step) Object.assign(session, { mode: 'attribute', step })
}

export function answer (attribute, value) {
  const span = current()
  const open = needsOf(span).some(need => need.name === attribute.name)
  if (value === false && optional(span, attribute)) clear(attribute)
  else set(span, { attributes: { ...span.attributes, [attribute.name]: value, ...attribute.type === 'id' ? ofAct(span, attribute, value) : {} } })
  say(`${words(attribute.name)}: ${value === true ? 'yes' : value === false ? 'no' : words([value ?? []].flat().join(', ') || 'nobody')}`)
  if (session.mode === 'attribute' && open) ask(!!attribute.relation)
  else leave()
}

export function clear (attribute) {
  const span = current()
  const { [attribute.name]: _, ...attributes } = span.attributes
  set(span, { attributes })
}

// The acts of the document, and the next free one.
export function acts (attribute) {
  const used = [...new Set(allSpans().map(span => span.attributes[attribute.name]).filter(Boolean))]
  const numbers = used.map(act => +act.replace(/\D/g, '')).filter(Boolean)
  return { used: used.sort((one, other) => one.length - other.length || (one < other ? -1 : 1)), fresh: 'a' + (Math.max(0, ...numbers) + 1) }
}

export function doubt () {
  const span = current()
  if (!span) return tell('no span selected')
  const { [DOUBT]: unsure, ...attributes } = span.attributes
  set(span, { attributes: unsure ? attributes : { ...attributes, [DOUBT]: true } })
  say(unsure ? 'sure' : 'unsure')
}

export function remove (span = current()) {
  if (!span) return tell('no span selected')
  const ties = session.passage.relations.filter(relation => [relation.head_id, relation.child_id].includes(span.id))
  change([...ties.map(relation => [relationItem(relation), null]), [`span:${span.id}`, null]], `remove ${span.label} ${quote(span.text)}`)
  session.pick = null
  leave()
  say(`removed ${span.label}`)
}

// Moves the edges of a span to units of the text; relations stay, they know it by its id.
export function bounds (span, a, b) {
  const { passage } = session
  if (b <= a) return
  const [start, end, text] = [passage.map.point(a), passage.map.point(b), passage.text.slice(a, b)]
  set(span, { start, end, text })
  say(quote(text))
}

export function repair (fault) {
  const span = session.passage.byId.get(fault.span)
  if (!span) return
  pick(span)
  if (fault.fix?.remove) return remove(span)
  if (fault.fix) bounds(span, session.passage.map.unit(fault.fix.start), session.passage.map.unit(fault.fix.end))
  else ask()
}

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

// Spans under the caret, inner to outer; false where there is no further one, so that Tab leaves the text.
export function cycle (step) {
  const { passage } = session
  const [, f] = caret(passage)
  const here = passage.spans.filter(span => span.a <= f && f <= span.b).sort((one, other) => (one.b - one.a) - (other.b - other.a) || (one.id < other.id ? -1 : 1))
  const at = here.findIndex(span => span.id === session.pick)
  const to = at < 0 ? (step > 0 ? 0 : here.length - 1) : at + step
  leave()
  if (!here[to]) { session.pick = null; return false }
  pick(here[to])
  getSelection().collapse(...passage.place(f))
  say(`${here[to].label}, ${to + 1} of ${here.length} here: ${quote(here[to].text)}`)
  return true
}

export function jump (step) {
  leave()
  session.pick = null
  const words = known()
  let from = caret(session.passage)
  for (let passage = session.passage; passage; passage = session.passages[session.passages.indexOf(passage) + step]) {
    const to = jumped(places(passage, words, helpers()), from, step)
    if (to) { go(passage, ...to); return say(passage.text.slice(...to)) }
    const other = session.passages[session.passages.indexOf(passage) + step]
    from = other && step < 0 ? [other.text.length, other.text.length] : [0, 0]
  }
  tell('no more places')
}

// Layers and passages.
export function layerDone (names = [session.layer], passage = session.passage, off = true, rest = () => layerDone(names, passage, off)) {
  const again = off && names.every(name => passage.done.has(name))
  if (!again && (asksFirst(passage, names, rest) || later(rest))) return false
  const errors = errorsOf(passage).filter(fault => names.includes(passage.byId.get(fault.span)?.layer))
  if (again) return change(names.map(name => [`layer:${name}`, null]), 'layer open again')
  if (errors.length) {
    pick(passage.byId.get(errors[0].span), passage)
    tell(`${errors.length} to correct first: ${errors[0].message}`)
    return false
  }
  if (session.store.conflicts.length) { tell('decide the conflicts first'); return false }
  change(names.filter(name => !passage.done.has(name)).map(name => [`layer:${name}`, scheme.version]), `${names.map(name => layerOf(name).title).join(', ')} done`)
  say(`${names.map(name => layerOf(name).title).join(', ')} done`)
  return true
}

// What the rules find is known once all is saved.
function later (act) {
  const waits = session.store.queue.length > 0 && session.store.status === 'saving'
  if (waits) session.then = act
  return waits
}

export const errorsOf = passage => faultsOf(passage).filter(fault => fault.severity === 'error' && passage.byId.has(fault.span))

export function passageDone () {
  if (comparedOf(session.passage)) {
    const open = session.passages.find(passage => !comparedOf(passage))
    return open ? go(open, 0) : tell('all passages are compared')
  }
  if (!layerDone(session.layers.map(layer => layer.layer), session.passage, false, passageDone)) return
  if (session.store.progress.compared) return
  const other = neighbour(1)
  if (other) go(other, 0)
  else tell('this was the last passage')
}

export function history (turn) {
  const next = session.store[turn === 'undo' ? 'made' : 'undone'].at(-1)
  if (next && closed(session.passages[next.passage])) return tell(CLOSED)
  const last = session.store[turn]()
  if (!last) return tell(`nothing to ${turn}`)
  enter(session.passages[last.passage])
  leave()
  if (!current()) session.pick = null
  tell(`${turn}: ${last.what}`)
}

