// The dock of the adjudicator: the difference at hand, its readings, and why one is taken; or the reading that is being written.
import { $, button, composing, el, quote, words } from './dom.js'
import { dock as question } from './dock.js'
import { rove } from './rows.js'
import { attributes, label } from './actions.js'
import { back, session } from './session.js'
import { layerOf, scheme } from './scheme.js'
import { ask, chip, row } from './chips.js'
import { keys as hints } from './hints.js'
import { accept, because, choose, edit, gold, move, reopen, stop, takeNeither, visit } from './deciding.js'
import { atHand, decisionOf, differences, kindOf, neither, openOnes, quotes, reasonKeys, said, sameTake, table, taken } from './table.js'

export function dock () {
  if (session.mode) return question()
  const parts = table.sender.conflict ? conflict() : table.reading ? writing() : !atHand() ? agreed() : table.noting ? noting() : deciding()
  $('.dock').replaceChildren(...parts)
  rove($('.dock'))
}

function deciding () {
  const difference = atHand()
  const decision = decisionOf(difference)
  return [heading(difference), row('scroll takes', ...readings(difference)), row('scroll because', ...reasons()), decided(difference, decision) ?? keys()]
}

function heading (difference) {
  const what = kindOf(difference) === difference.kind ? difference.kind : `${difference.kind} · ${kindOf(difference)}`
  const node = el('div', 'ask', `Difference ${table.at + 1} of ${differences().length} · ${layerOf(difference.layer).title} · ${what} `, el('q', '', quotes(difference)))
  return row('head', node, step('‹', 'last difference', -1), step('›', 'next difference', 1))
}

function step (sign, name, way) {
  const node = button('step', sign, () => move(way))
  node.setAttribute('aria-label', name)
  return node
}

function readings (difference) {
  const chips = Object.entries(difference.readings).map(([rater, value]) =>
    chip(String(table.raters.indexOf(rater) + 1), said(difference, value), () => choose(rater), { pressed: table.take === rater, title: rater }))
  if (difference.kind === 'span' || difference.kind === 'attribute') chips.push(chip('e', difference.kind === 'span' ? 'edit one of them' : 'another value', () => edit()))
  if (difference.kind === 'span') chips.push(chip('w', 'write new', () => edit(true)))
  const none = neither(difference)
  if (none !== undefined) chips.push(chip('n', 'neither', takeNeither, { pressed: table.take !== undefined && sameTake(table.take, none) }))
  const own = table.take && typeof table.take === 'object' && !sameTake(table.take, none)
  return own ? [...chips, chip('', taken(difference, table.take), () => {}, { pressed: true })] : chips
}

function reasons () {
  const keysOf = reasonKeys()
  const chips = scheme.reasons.toSorted((one, other) => ORDER.indexOf(keysOf[one]) - ORDER.indexOf(keysOf[other])).map(reason => {
    const node = chip(keysOf[reason], words(reason), () => because(reason))
    node.setAttribute('aria-disabled', table.take === undefined)
    return node
  })
  return [el('span', 'dim', 'because'), ...chips, chip('t', table.note ? `note: ${quote(table.note)}` : 'note', () => { table.noting = true })]
}

const ORDER = 'gas'

function decided (difference, decision) {
  if (!decision) return null
  const { take, reason, note, by, date } = decision
  const text = `Decided: ${taken(difference, take)} (${words(reason)}${by ? `, ${[by, date].filter(Boolean).join(', ')}` : ''})${note ? `: ${note}` : ''} `
  const chips = [chip('Delete', 'open again', reopen), ...openOnes().length ? [] : [chip('Ctrl Enter', 'make gold', gold)]]
  return row('scroll decided', el('span', '', text), ...chips)
}

const keys = () => hints([['j k', 'next, previous'], ['1 2', 'take'], ['g a s', 'reason: saves and continues'], ['Ctrl Z', 'undo'], ['?', 'all keys']])

// The field of the note: Enter keeps it, Escape leaves it as it was.
function noting () {
  const input = el('input')
  Object.assign(input, { value: table.note, autocomplete: 'off' })
  input.setAttribute('aria-label', 'note')
  const close = () => { table.noting = false; back() }
  input.onkeydown = event => {
    event.stopPropagation()
    if (composing(event) || !['Enter', 'Escape'].includes(event.key)) return
    if (event.key === 'Enter') table.note = input.value.trim()
    event.preventDefault()
    close()
  }
  const field = el('div', 'field')
  field.append(input)
  return [ask('A note on this decision: what a guideline should say, or why both readings are right'), row('', field), hints([['Enter', 'save'], ['Esc', 'cancel']])]
}

function writing () {
  const { span } = table.reading
  const layer = layerOf(session.layer)
  const chips = layer.labels.map(each => chip(layer.letters[each.name], each.name, () => label(each.name), { pressed: span?.label === each.name, title: each.definition }))
  const head = ask(span ? `${span.label} ` : 'New reading ', el('q', '', span ? `“${quote(span.text)}”` : 'select words, then press the letter of a label'))
  const acts = span ? [chip('Ctrl Enter', 'take this reading', accept), chip('Enter', 'attributes', attributes), chip('b', 'edges', () => { session.mode = 'edge' })] : []
  return [head, row('scroll', ...chips), row('scroll', ...acts, chip('Esc', 'leave', stop))]
}

function conflict () {
  const { entry, theirs } = table.sender.conflict
  const difference = differences().find(difference => difference.id === entry.id)
  const words_ = decision => decision ? `${taken(difference, decision.take)} (${words(decision.reason)}${decision.by ? `, ${decision.by}` : ''})` : 'open'
  if (!difference) return [ask('This difference is gone: a rater\'s file was changed'), row('', chip('1', 'go on', () => table.sender.settle(false)))]
  const mine = 'back' in entry ? entry.back : entry
  return [
    ask('Another window decided this meanwhile. Which stands? ', el('q', '', `${kindOf(difference)} of ${quotes(difference)}`)),
    row('scroll', chip('1', `saved: ${words_(theirs)}`, () => settle(false, difference)), chip('2', `mine: ${words_(mine)}`, () => settle(true, difference)))
  ]
}

export function settle (mine, difference = differences().find(each => each.id === table.sender.conflict.entry.id)) {
  table.sender.settle(mine)
  if (difference) visit(difference)
}

function agreed () {
  return [ask('The raters of this document agree in everything.'), row('', chip('Ctrl Enter', 'make gold', gold))]
}
