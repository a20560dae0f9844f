// What an adjudicator does: choose a reading, give the reason, move on, write a reading, undo, make gold.
import { quote, say, tell, words } from './dom.js'
import { go, place } from './caret.js'
import { leave, session } from './session.js'
import { get } from './server.js'
import { scheme } from './scheme.js'
import { show } from './shown.js'
import { OWN, Reading, idle } from './reading.js'
import { atHand, attributeOf, decisionOf, differences, firstSpan, kindOf, mentionOf, neither, openOnes, quotes, said, table, taken } from './table.js'

// Makes a difference the one at hand.
export function visit (difference) {
  Object.assign(table, { at: differences().indexOf(difference), take: undefined, note: '', noting: false, like: null })
  stop()
  refresh()
  const passage = session.passages[difference.passage]
  go(passage, passage.map.unit(firstSpan(difference).start))
  session.pick = null
  announce(difference)
  ask(difference)
}

function announce (difference) {
  const { names, readings } = difference
  const all = Object.entries(readings).map(([rater, value]) => `${rater}: ${said(difference, value)}`).join('; ')
  const decision = decisionOf(difference)
  say(`difference ${table.at + 1} of ${differences().length}, ${difference.kind} ${kindOf(difference) === difference.kind ? '' : kindOf(difference)}. ${all}${decision ? `. Decided: ${taken(difference, decision.take)}, ${words(decision.reason)}` : ''}`)
}

async function ask ({ id }) {
  const { status, body } = await get(`/api/documents/${table.doc}/like/${id}`)
  if (status !== 200 || atHand()?.id !== id) return
  table.like = body
  session.render()
}

// Draws all passages anew from what the window knows.
export function refresh () { session.passages.forEach(show) }

export function move (step) {
  const other = differences()[table.at + step]
  if (other) visit(other)
  else tell(step > 0 ? 'this is the last difference' : 'this is the first difference')
}

function forward () {
  const open = openOnes()
  const next = open.find(difference => differences().indexOf(difference) > table.at) ?? open[0]
  if (next) return visit(next)
  visit(atHand())
  tell('every difference is decided; Ctrl Enter makes gold')
}

export function choose (take) {
  table.take = take
  say(`${taken(atHand(), take)}; because of what?`)
}

export function takeRater (place) {
  const rater = table.raters[place]
  if (!rater || !(rater in atHand().readings)) return false
  choose(rater)
}

export function takeNeither () {
  const take = neither(atHand())
  if (take === undefined) return tell(atHand().kind === 'attribute' ? 'a value is needed here: e edits it' : 'one of the readings is right here')
  choose(take)
}

// The reason saves the decision and goes on.
export function because (reason) {
  const difference = atHand()
  if (table.take === undefined) return tell('choose a reading first')
  const before = decisionOf(difference)
  table.made.push({ id: difference.id, before })
  table.sender.push({ id: difference.id, take: table.take, reason, note: table.note }, before)
  forward()
}

export function undo () {
  const last = table.made.pop()
  if (!last) return tell('nothing to undo in this window; Delete opens a decided difference again')
  const difference = differences().find(difference => difference.id === last.id)
  if (!difference) return tell('this difference is gone: a rater\'s file was changed')
  if (!table.sender.recall(last.id)) table.sender.push({ id: last.id, back: last.before }, decisionOf(difference))
  visit(difference)
  tell(`undone: ${kindOf(difference)} of ${quotes(difference)}`)
}

export function reopen () {
  const before = decisionOf(atHand())
  if (!before) return tell('nothing is decided here')
  table.made.push({ id: atHand().id, before })
  table.sender.push({ id: atHand().id, back: null }, before)
  visit(atHand())
  tell('open again')
}

// Writes another reading: a copy of one that there is, or a new one; of an attribute another value.
export function edit (fresh = false) {
  const difference = atHand()
  if (!['span', 'attribute'].includes(difference.kind) || (fresh && difference.kind !== 'span')) return tell('here a reading is taken as it is')
  const readings = mentionOf(difference).readings
  const span = fresh ? null : readings[table.take] ?? firstSpan(difference)
  const passage = session.passages[difference.passage]
  table.reading = new Reading(difference, span, session.passages, refresh)
  session.store = table.reading
  session.layers = scheme.layers.filter(layer => layer.layer === difference.layer)
  session.layer = difference.layer
  refresh()
  const { start, end } = firstSpan(difference)
  place(passage, passage.map.unit(start), passage.map.unit(fresh ? end : start))
  session.pick = span ? OWN : null
  if (difference.kind === 'attribute') Object.assign(session, { mode: 'attribute', step: attributeOf(difference) })
  else say(span ? `edit ${span.label} ${quote(span.text)}` : 'select words, then press the letter of a label')
}

// Takes the reading that is being written; its reason is asked next.
export function accept () {
  const { reading } = table
  if (!reading.span) return tell('label words first, or leave with Esc')
  stop()
  choose(reading.take())
}

export function stop () {
  if (table.reading) {
    table.reading = null
    session.store = idle(session.passages)
    refresh()
  }
  session.pick = null
  leave()
}

// An attribute that is answered is taken at once; one that is left is not.
export function settled () {
  const { reading } = table
  if (!reading?.attribute || session.mode === 'attribute') return
  if (reading.answered) accept()
  else stop()
}


export async function gold () {
  if (openOnes().length) return tell(`${openOnes().length} open; every difference needs a decision before gold is made`)
  if (!await table.sender.settled()) return tell('gold is made of what is saved: wait until the server has all decisions')
  const { found, problem } = await table.sender.gold()
  if (problem) tell(`gold is not made: ${problem}`)
  else {
    table.problems = found
    tell(`gold is made; the rules find ${found.length || 'nothing'}`)
  }
  session.render()
}
