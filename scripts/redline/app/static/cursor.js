// The caret, the word or stretch that a label would take, and the grips of the selected span: drawn anew on each key.
import { caret } from './caret.js'
import { closed, current, session } from './session.js'
import { el } from './dom.js'
import { ordered, snap, target } from './moves.js'

export function point (passage) {
  const [above, below] = [document.createDocumentFragment(), document.createDocumentFragment()]
  if (passage === session.passage && passage.items) marks(passage, above, below)
  passage.over.replaceChildren(above)
  passage.low.replaceChildren(below)
}

function put (node, x, y, width, height) {
  Object.assign(node.style, { left: x + 'px', top: y + 'px' })
  if (width != null) node.style.width = width + 'px'
  if (height != null) node.style.height = height + 'px'
  return node
}

function marks (passage, above, below) {
  const place = caret(passage)
  const [a, b] = ordered(place)
  const at = lineAt(passage, place[1])
  if (at) {
    above.append(put(el('i', 'caret'), at.x - 1, at.y + 1, null, at.height - 2))
    passage.caretY = at.y
  }
  const wash = (name, [start, end]) => {
    for (const box of passage.rects(start, end)) {
      const line = passage.lines[box.line]
      below.append(put(el('i', 'wash ' + name), box.x0, line.top, box.x1 - box.x0, line.bottom - line.top))
    }
  }
  const span = current()
  const word = target(passage, place)
  if (a === b && !span && word[0] < word[1]) wash('word', word)
  const whole = a < b ? snap(passage, a, b) : [a, b]
  if (whole[0] !== a || whole[1] !== b) wash('will', whole)
  const item = span && !closed(passage) && (!session.mode || session.mode === 'edge') && passage.items.find(item => item.id === span.id)
  if (item && item.boxes.length) grips(passage, item, above)
}

function grips (passage, item, above) {
  const ends = [[item.boxes[0], item.boxes[0].x0 - 8, 'start'], [item.boxes.at(-1), item.boxes.at(-1).x1 - 2, 'end']]
  for (const [box, x, side] of ends) {
    const grip = put(el('i', 'grip'), x, passage.lines[box.line].top + 1)
    grip.dataset.side = side
    above.append(grip)
  }
}

function lineAt (passage, unit) {
  const range = document.createRange()
  range.setStart(...passage.place(unit))
  range.collapse(true)
  const before = () => { const rect = [...passage.range(Math.max(0, unit - 1), unit).getClientRects()].at(-1); return rect && { left: rect.right, top: rect.top, height: rect.height } }
  const rect = range.getClientRects()[0] ?? before()
  const host = passage.page.getBoundingClientRect()
  return rect && { x: rect.left - host.left, y: rect.top - host.top, height: rect.height }
}
