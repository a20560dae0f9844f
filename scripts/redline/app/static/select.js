// Which span is selected, and the ways to the next span here and to the next place to look at.
import { caret, enter, go } from './caret.js'
import { quote, say, tell } from './dom.js'
import { jumped, places } from './places.js'
import { helpers, known, leave, session } from './session.js'

export function pick (span, passage = session.passage) {
  enter(passage)
  session.pick = span?.id ?? null
  if (span && session.layers.some(layer => layer.layer === span.layer)) session.layer = span.layer
}

// Spans under the caret, inner to outer; false where there is no further one, so that Tab leaves the text.
export function cycle (step) {
  const { passage } = session
  const [, f] = caret(passage)
  const here = [...passage.spans, ...passage.ghosts].filter(span => span.a <= f && f <= span.b).sort((one, other) => (one.b - one.a) - (other.b - other.a) || (one.id < other.id ? -1 : 1))
  const at = here.findIndex(span => span.id === session.pick)
  const to = at < 0 ? (step > 0 ? 0 : here.length - 1) : at + step
  leave()
  if (!here[to]) { session.pick = null; return false }
  pick(here[to])
  getSelection().collapse(...passage.place(f))
  say(`${here[to].label}, ${to + 1} of ${here.length} here: ${quote(here[to].text)}`)
  return true
}

// Suggestions are places to look at, and the first of those that begin alike.
const withGhosts = (passage, list) => [...passage.ghosts.map(({ a, b }) => [a, b]), ...list].sort((one, other) => one[0] - other[0])

function visit (passage, [a, b]) {
  const span = passage.ghosts.find(each => each.a === a && each.b === b)
  if (!span) return say(passage.text.slice(a, b))
  pick(span, passage)
  say(`suggested ${span.label}: ${quote(span.text)}. Enter takes it, Delete dismisses it`)
}

export function jump (step) {
  leave()
  session.pick = null
  const words = known()
  let from = caret(session.passage)
  for (let passage = session.passage; passage; passage = session.passages[session.passages.indexOf(passage) + step]) {
    const to = jumped(withGhosts(passage, places(passage, words, helpers())), from, step)
    if (to) { go(passage, ...to); return visit(passage, to) }
    const other = session.passages[session.passages.indexOf(passage) + step]
    from = other && step < 0 ? [other.text.length, other.text.length] : [0, 0]
  }
  tell('no more places')
}
