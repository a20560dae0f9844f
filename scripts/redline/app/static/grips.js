// The grips at the edges of the selected span: the drawing follows a grip, by words or with Alt by characters, and the edit comes
// when it is let go.
import { bounds } from './label.js'
import { current, session } from './session.js'

let drag = null // the grip that is dragged: { span, side, a, b, to }

export const held = () => drag !== null

export function hold (event, grip) {
  const span = current()
  drag = { span, side: grip.dataset.side, a: span.a, b: span.b }
  document.body.classList.add('dragging')
  event.preventDefault()
}

export function follow (event) {
  const passage = session.passage
  let unit = unitAt(passage, event)
  if (unit === null) return
  const word = !event.altKey && passage.words.find(([a, b]) => unit >= a && unit <= b)
  if (word) unit = drag.side === 'end' ? word[1] : word[0]
  const [a, b] = drag.side === 'start' ? [unit, drag.b] : [drag.a, unit]
  if (a >= b) return
  Object.assign(drag, { to: [a, b] })
  shift(a, b)
  session.render()
}

export function letGo () {
  const span = session.passage.byId.get(drag.span.id)
  if (span && drag.to) bounds(span, ...drag.to)
  end()
}

// The browser has taken the pointer for something else: the edge goes back to where it was.
export function putBack () {
  shift(drag.a, drag.b)
  end()
}

function end () {
  drag = null
  document.body.classList.remove('dragging')
  session.render()
}

function shift (a, b) {
  const { passage } = session
  const span = passage.byId.get(drag.span.id)
  if (!span) return
  Object.assign(span, { a, b })
  passage.revision++
}

export function unitAt (passage, event) {
  const at = document.caretPositionFromPoint?.(event.clientX, event.clientY)
  const range = at ? null : document.caretRangeFromPoint?.(event.clientX, event.clientY)
  const [node, offset] = at ? [at.offsetNode, at.offset] : range ? [range.startContainer, range.startOffset] : []
  return node && passage.node.contains(node) ? passage.unit(node, offset) : null
}
