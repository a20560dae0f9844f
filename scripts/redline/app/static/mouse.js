// Mouse and touch: a tap takes a word, a drag snaps to words, grips move edges (with Alt by character), tags select.
import { $ } from './dom.js'
import { caret, enter, place, settle } from './caret.js'
import { current, leave, session } from './session.js'
import { bounds, chosen, pick } from './actions.js'

let drag = null      // the grip that is held
let pressed = false  // the button is down since a press on a text
let beside = null    // where the mouse is, while it is pressed and beside the text
let rest = null      // what is done once the browser has answered a press or its end

// A key that comes before the browser's next task finds the rest done too.
function later (act) {
  rest = act
  setTimeout(finish)
}

export function finish () {
  const act = rest
  rest = null
  act?.()
}

function passageOf (node, part) { return session.passages.find(passage => passage[part].contains(node)) }

function down (event) {
  const grip = event.target.closest?.('.grip')
  if (grip) return hold(event, grip)
  const mark = event.target.closest?.('.u, .tag')
  if (mark) return select(event, mark)
  const passage = passageOf(event.target, 'node')
  if (!passage) return
  // A press on selected text would drag it away.
  if (event.button === 0 && !event.shiftKey && event.detail < 2 && !getSelection().isCollapsed) getSelection().removeAllRanges()
  enter(passage)
  session.pick = null
  leave()
  pressed = event.pointerType === 'mouse'
  later(() => {
    if (document.activeElement !== passage.node) passage.node.focus({ preventScroll: true })
    session.render()
  })
}

function hold (event, grip) {
  const span = current()
  drag = { span, side: grip.dataset.side, a: span.a, b: span.b }
  event.preventDefault()
}

function select (event, mark) {
  event.preventDefault()
  const passage = passageOf(mark, 'ink')
  const span = passage?.byId.get(mark.dataset.id)
  if (!span) return
  if ((session.mode === 'child' || session.mode === 'head') && session.choices.includes(span)) chosen(span)
  else {
    enter(passage)
    leave()
    place(passage, span.a)
    pick(span, passage)
  }
  session.render()
}

function unitAt (passage, event) {
  const at = document.caretPositionFromPoint?.(event.clientX, event.clientY)
  const range = at ? null : document.caretRangeFromPoint?.(event.clientX, event.clientY)
  const [node, offset] = at ? [at.offsetNode, at.offset] : range ? [range.startContainer, range.startOffset] : []
  return node && passage.node.contains(node) ? passage.unit(node, offset) : null
}

// A drag that leaves the text takes what it passed: up to the line beside which it is, or to an end of the passage. What the
// browser selects then, in other passages or columns, is put right.
function clamp () {
  if (!pressed || !beside) return
  const { passage } = session
  const [box, view] = [passage.node.getBoundingClientRect(), $('.work').getBoundingClientRect()]
  const inside = (value, low, high) => Math.max(low + 2, Math.min(high - 2, value))
  const [x, y] = [inside(beside.clientX, box.left, box.right), inside(beside.clientY, Math.max(box.top, view.top), Math.min(box.bottom, view.bottom))]
  const end = beside.clientY < box.top ? 0 : beside.clientY > box.bottom ? passage.text.length : unitAt(passage, { clientX: x, clientY: y })
  const [a, f] = caret(passage)
  if (end !== null && end !== f) place(passage, a, end)
}

function move (event) {
  beside = pressed && !session.passage.page.contains(event.target) ? event : null
  if (!drag) return
  const passage = session.passage
  let unit = unitAt(passage, event)
  if (unit === null) return
  const word = !event.altKey && passage.words.find(([a, b]) => unit >= a && unit <= b)
  if (word) unit = drag.side === 'end' ? word[1] : word[0]
  const [a, b] = drag.side === 'start' ? [unit, drag.b] : [drag.a, unit]
  if (a >= b) return
  Object.assign(drag, { to: [a, b] })
  // The drawing follows; the edit comes when the grip is let go.
  Object.assign(passage.byId.get(drag.span.id), { a, b })
  passage.revision++
  session.render()
}

function up () {
  if (drag) {
    const { span, to } = drag
    drag = null
    if (to) bounds(session.passage.byId.get(span.id), ...to)
    return session.render()
  }
  later(() => {
    if (session.passage && pressed) clamp()
    pressed = false
    if (!session.passage || document.activeElement !== session.passage.node) return
    settle()
    session.render()
  })
}

export function listen () {
  document.addEventListener('pointerdown', down)
  document.addEventListener('pointermove', move)
  document.addEventListener('pointerup', up)
  document.addEventListener('dragstart', event => event.preventDefault())
  document.addEventListener('selectionchange', () => {
    const passage = session.passage
    if (!passage || drag || !passage.node.contains(getSelection().anchorNode)) return
    clamp()
    const at = caret(passage)[1]
    if (at === passage.last) return
    passage.last = at
    session.render()
  })
}
