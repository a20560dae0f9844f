// Mouse and touch: a tap takes a word, a drag snaps to words, tags select.
import { $ } from './dom.js'
import { caret, enter, place, settle } from './caret.js'
import { leave, session } from './session.js'
import { chosen, pick } from './actions.js'
import { follow, held, hold, letGo, putBack, unitAt } from './grips.js'
import { target } from './moves.js'

let pressed = false  // the button is down since a press on a text
let touched = null   // when a finger or pen came down, until it is a tap, a scroll or a long press
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

const markOf = event => event.target.closest?.('.u, .tag')

function down (event) {
  const grip = event.target.closest?.('.grip')
  if (grip) return hold(event, grip)
  touched = event.pointerType === 'mouse' ? null : event.timeStamp
  if (touched !== null) return
  const mark = markOf(event)
  if (mark) return select(event, mark)
  const passage = passageOf(event.target, 'node')
  if (!passage) return
  // A press on selected text would drag it away.
  if (event.button === 0 && !event.shiftKey && event.detail < 2 && !getSelection().isCollapsed) getSelection().removeAllRanges()
  enter(passage)
  session.pick = null
  leave()
  pressed = true
  later(() => {
    if (document.activeElement !== passage.node) passage.node.focus({ preventScroll: true })
    session.render()
  })
}

// A finger that scrolls, or selects by a long press, is no tap: nothing changes, and no question is left.
const LONG = 500
function tap (event) {
  const short = touched !== null && event.timeStamp - touched < LONG
  touched = null
  if (!short) return
  const mark = markOf(event)
  if (mark) return select(event, mark)
  const passage = passageOf(event.target, 'node')
  if (!passage) return
  enter(passage)
  session.pick = null
  leave()
  place(passage, unitAt(passage, event) ?? 0)
  onWord(passage, event)
  session.render()
}

// Where words touch or directions meet, the browser's caret may be at another word than the one that was pressed.
function onWord (passage, { target: node, clientX, clientY }) {
  const [a, at] = caret(passage)
  const piece = passage.starts.get(node.closest?.('.w')?.firstChild)
  if (a !== at || piece === undefined) return
  const under = box => box.left <= clientX && clientX < box.right && box.top <= clientY && clientY < box.bottom
  const within = passage.words.filter(([start, end]) => end > piece && start < piece + node.textContent.length)
  const word = within.find(bounds => [...passage.range(...bounds).getClientRects()].some(under))
  if (word && target(passage, [at, at])[0] !== word[0]) place(passage, word[0])
}

function select (event, mark) {
  event.preventDefault()
  const passage = passageOf(mark, 'ink')
  const span = passage?.byId.get(mark.dataset.id) ?? passage?.ghosts.find(each => each.id === mark.dataset.id)
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
  if (held()) follow(event)
}

// The browser has taken the pointer, to scroll or for a long press.
function cancel () {
  touched = null
  pressed = false
  if (held()) putBack()
}

function up (event) {
  if (held()) return letGo()
  if (event.pointerType !== 'mouse') return tap(event)
  later(() => {
    if (session.passage && pressed) clamp()
    pressed = false
    if (!session.passage || document.activeElement !== session.passage.node) return
    settle()
    onWord(session.passage, event)
    session.render()
  })
}

export function listen () {
  document.addEventListener('pointerdown', down)
  document.addEventListener('pointermove', move)
  document.addEventListener('pointerup', up)
  document.addEventListener('pointercancel', cancel)
  // What the browser makes of a tap must not take the focus out of the text.
  document.addEventListener('mousedown', event => { if (markOf(event)) event.preventDefault() })
  document.addEventListener('dragstart', event => event.preventDefault())
  document.addEventListener('selectionchange', () => {
    const passage = session.passage
    if (!passage || held() || !passage.node.contains(getSelection().anchorNode)) return
    clamp()
    const at = caret(passage)[1]
    if (at === passage.last) return
    passage.last = at
    session.render()
  })
}
