// Moves the edges of the selected span, by words or characters, until Enter; Escape puts them back.
import { bounds } from './actions.js'
import { tell } from './dom.js'
import { current, leave, session } from './session.js'

export function moving () {
  const span = current()
  if (!span) return tell('no span selected')
  leave()
  Object.assign(session, { mode: 'edge', edges: [span.a, span.b] })
}

export function moveEdge (side, way, characters) {
  const [span, passage] = [current(), session.passage]
  if (!span) return leave()
  const stops = characters ? passage.characters : passage.words.map(word => word[side === 'start' ? 0 : 1])
  const to = unit => (way > 0 ? stops.find(stop => stop > unit) : stops.findLast(stop => stop < unit)) ?? unit
  if (side === 'start') bounds(span, to(span.a), span.b)
  else bounds(span, span.a, to(span.b))
}

export function asItWas () {
  const span = current()
  const [a, b] = session.edges
  if (span && (span.a !== a || span.b !== b)) bounds(span, a, b)
  leave()
}
