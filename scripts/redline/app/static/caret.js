// The caret and the selection are the browser's own, so that screen readers, find and copy know them.
import { $, say } from './dom.js'
import { leave, session } from './session.js'
import { grown, moved, ordered, snap, target } from './moves.js'

// [anchor, focus] in units of the passage.
export function caret (passage) {
  const selection = getSelection()
  const inside = node => node && passage.node.contains(node)
  if (!inside(selection.anchorNode) && !inside(selection.focusNode)) return [passage.last ?? 0, passage.last ?? 0]
  return [passage.unit(selection.anchorNode, selection.anchorOffset), passage.unit(selection.focusNode, selection.focusOffset)]
}

export function place (passage, a, f = a) {
  if (passage !== session.passage || document.activeElement !== passage.node) passage.node.focus({ preventScroll: true })
  getSelection().setBaseAndExtent(...passage.place(a), ...passage.place(f))
  passage.last = f
}

export function enter (passage) {
  if (session.passage === passage) return
  const old = session.passage
  session.passage = passage
  session.pick = null
  leave()
  if (old) { old.el.classList.remove('here'); old.node.tabIndex = -1 }
  passage.el.classList.add('here')
  passage.node.tabIndex = 0
}

export const neighbour = step => session.passages[session.passages.indexOf(session.passage) + step]

export function go (passage, a, f = a) {
  enter(passage)
  place(passage, a, f)
  reveal(passage)
}

// One step by character, word, sentence or passage.
export function step (unit, direction, extend) {
  const passage = session.passage
  const rtl = unit === 'character' && getComputedStyle(passage.node).direction === 'rtl'
  const to = moved(passage, caret(passage), unit, rtl ? -direction : direction, extend)
  if (!to) return unit === 'passage' ? null : over(direction, extend)
  go(passage, ...to)
  speak(passage, to, unit, extend)
}

// The browser decides what a line is; a line that is the last leads to the next passage.
export function line (granularity, direction, extend) {
  const passage = session.passage
  const before = caret(passage)
  const selection = getSelection()
  selection.modify(extend ? 'extend' : 'move', direction > 0 ? 'forward' : 'backward', granularity)
  if (passage.node.contains(selection.focusNode)) {
    const at = passage.unit(selection.focusNode, selection.focusOffset)
    passage.last = at
    if (granularity !== 'line' || at !== before[1]) return reveal(passage)
  }
  place(passage, ...before)
  over(direction, extend)
}

function over (direction, extend) {
  const other = neighbour(direction)
  const passage = session.passage
  if (!extend && other) return go(other, direction > 0 ? 0 : other.text.length)
  const end = direction > 0 ? passage.text.length : 0
  go(passage, extend ? caret(passage)[0] : end, end)
}

function speak (passage, to, unit, extend) {
  const [a, b] = ordered(to)
  if (extend) return say(passage.text.slice(a, b) + ' selected')
  if (unit === 'character') return say(passage.text.slice(b, moved(passage, [b, b], unit, 1)?.[1]))
  say(passage.text.slice(...unit === 'sentence' ? passage.sentence(b) : target(passage, to)))
}

export function grow (direction) {
  const passage = session.passage
  passage.grown ??= []
  if (direction < 0) { const back = passage.grown.pop(); if (back) place(passage, ...back); return }
  const from = caret(passage)
  const to = grown(passage, from)
  if (!to) return
  passage.grown.push(from)
  go(passage, ...to)
  say(passage.text.slice(...to))
}

// After a drag the selection consists of whole words.
export function settle () {
  const passage = session.passage
  const [a, f] = caret(passage)
  if (a === f) return
  const [start, end] = snap(passage, ...ordered([a, f]))
  if (a < f) place(passage, start, end)
  else place(passage, end, start)
}

function reveal (passage) {
  requestAnimationFrame(() => {
    const view = $('.work').getBoundingClientRect()
    const y = passage.page.getBoundingClientRect().top + (passage.caretY ?? 0)
    if (y > view.bottom - 110 || y < view.top + 30) $('.work').scrollBy({ top: y - view.top - view.height * 0.35 })
  })
}
