// Spans that a model suggests: each is taken, with its label or another one, or with other edges, or it is dismissed.
import { place } from './caret.js'
import { change } from './change.js'
import { quote, tell } from './dom.js'
import { moving } from './edges.js'
import { create, label } from './label.js'
import { current, ghost, session } from './session.js'
import { freshId } from './store.js'

// Takes a suggestion: the origin of the span names the suggestion, and the item of the suggestion names the span.
export function accept ({ item, layer, label, start, end, text, origin, b }, name = label) {
  const span = { id: freshId(), layer, label: name, start, end, text, attributes: {}, origin }
  create(span, b, [[item, span.id]])
}

export function dismiss ({ item, label, text, a }) {
  if (!change([[item, '']], `dismiss ${label} ${quote(text)}`)) return
  place(session.passage, a)
  session.pick = null
  tell(`dismissed ${label}: ${quote(text)}`)
}

export function acceptAndMove (span) {
  accept(span)
  if (current()) moving()
}

// A label's letter: on a suggestion of the layer it takes it with that label, elsewhere it labels as always.
export function labelHere (name) {
  const span = ghost()
  if (span?.layer === session.layer) accept(span, name)
  else label(name)
}

// What keys do on a suggestion; all others do what they always do.
export const ON_SUGGESTION = { Enter: accept, Delete: dismiss, Backspace: dismiss, b: acceptAndMove }
