// Labels: a new span, another label of a span, its edges, its removal, and the repairs that the rules propose.
import { ask } from './ask.js'
import { caret, place } from './caret.js'
import { commentItem } from './comment.js'
import { change, plain, relationItem, set } from './change.js'
import { quote, say, tell } from './dom.js'
import { filled } from './guess.js'
import { target } from './moves.js'
import { attributesOf, DOUBT, needsOf } from './scheme.js'
import { pick } from './select.js'
import { allSpans, current, leave, session } from './session.js'
import { freshId } from './store.js'

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

// A new span, selected and asked about; `more` are changes that belong to the same edit.
export function create (span, end, more = []) {
  const { passage } = session
  span.attributes = filled(span, allSpans(), session.passage.date ?? session.date)
  if (!change([[`span:${span.id}`, span], ...more], `add ${span.label} ${quote(span.text)}`)) return
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
  change([...ties.map(relation => [relationItem(relation), null]), [commentItem(span), null], [`span:${span.id}`, null]], `remove ${span.label} ${quote(span.text)}`)
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
