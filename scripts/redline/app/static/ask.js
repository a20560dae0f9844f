// Attributes: what is asked of a span, in which order, and what an answer changes.
import { ofAct } from './actors.js'
import { set } from './change.js'
import { say, tell, words } from './dom.js'
import { needsOf, optional, walked } from './scheme.js'
import { pick } from './select.js'
import { allSpans, current, leave, session } from './session.js'

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
export function asksFirst (passage, names, rest) {
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
  else give(span, attribute, value)
  say(`${words(attribute.name)}: ${value === true ? 'yes' : value === false ? 'no' : words([value ?? []].flat().join(', ') || 'nobody')}`)
  if (session.mode === 'attribute' && open) ask(!!attribute.relation)
  else leave()
}

// Sets an attribute of a span of any passage; false where nothing changes.
export function give (span, attribute, value, passage) {
  return set(span, { attributes: { ...span.attributes, [attribute.name]: value, ...attribute.type === 'id' ? ofAct(span, attribute, value) : {} } }, passage)
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
