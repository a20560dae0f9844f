// The dock always shows what the next key does: labels, a question, roles, children, edges, a conflict.
import { chosen, label, letterOf, role, rolesNow } from './actions.js'
import { ask, chip, row } from './chips.js'
import { writing } from './comments.js'
import { agreement, summary } from './compare.js'
import { conflict } from './conflict.js'
import { $, button, el, keycap, quote, sheet } from './dom.js'
import { moveEdge } from './edges.js'
import { keys } from './hints.js'
import { HINTS } from './look.js'
import { offer } from './offer.js'
import { question } from './question.js'
import { state } from './queue.js'
import { rove } from './rows.js'
import { layerOf } from './scheme.js'
import { address } from './server.js'
import { back, comparedOf, current, ghost, leave, session } from './session.js'

export function dock () {
  const parts = { attribute: question, role: roles, child: choices, head: choices, edge: edges, conflict, comment: writing }[session.mode] ?? (comparedOf(session.passage) ? beside : ghost() ? offer : labels)
  $('.dock').replaceChildren(...parts())
  rove($('.dock'))
}

function labels () {
  const span = current()
  const layer = layerOf(session.layer)
  const chips = layer.labels.map(each => {
    const node = chip(layer.letters[each.name], each.name, () => label(each.name), { title: each.definition })
    node.setAttribute('aria-pressed', span?.label === each.name && span.layer === layer.layer)
    return node
  })
  const hints = span
    ? [['Tab', 'next span here', 'cycle'], ['Enter', 'attributes', 'attributes'], ['r', 'relate', 'relate'], ['b', 'edges', 'edges'], ['q', 'unsure', 'doubt'], ['v', 'comment', 'comment'], ['Delete', 'remove', 'remove'], ['Esc', 'deselect', 'escape']]
    : [['j', 'next place', 'next'], ['k', 'previous', 'back'], ['Ctrl ← →', 'word'], ['Shift', 'extend'], ['Space', 'grow', 'grow'], ['Shift Space', 'shrink', 'shrink', 'touch'], ['Tab', 'spans here', 'cycle'], ['v', 'comment', 'comment'], ['x', 'layer done', 'done'], ['Ctrl Enter', 'passage done', 'finish']]
  return [tabs(), row('scroll', ...chips), keys([...hints, FIND, ALL, SHEET]), ...finished()]
}

const ALL = ['?', 'all keys', 'help', 'fine']
const FIND = ['/', 'find', 'find', 'fine']
const SHEET = ['', 'guidelines', sheet, 'touch']

// A passage of practice that is compared with gold.
function beside () {
  const text = summary(session.passage)
  const values = agreement()
  const last = values.length ? [ask('Agreement with gold (exact F1): ', el('q', '', values.join(' · ')), ' ', documentsLink())] : []
  return [ask(text[0].toUpperCase() + text.slice(1)), ...last, keys([...last.length ? [] : [['Ctrl Enter', 'next passage', 'finish']], ['Tab', 'spans here', 'cycle'], ALL])]
}

function documentsLink () {
  const link = el('a', '', 'back to the documents')
  link.href = address({ doc: null, passage: null })
  return link
}

function finished () {
  if (session.passages.some(passage => state(passage) !== 'done')) return []
  return [ask('All passages are done: ', documentsLink())]
}

function tabs () {
  const list = row('tabs')
  list.setAttribute('role', 'tablist')
  list.setAttribute('aria-label', 'Layer')
  session.layers.forEach((layer, i) => {
    const tab = button(layer.layer, '', () => { session.layer = layer.layer; back() })
    const { n, done, spans } = session.passage
    const begun = done.has(layer.layer) || spans.some(span => span.layer === layer.layer)
    const sign = session.store.progress.done[n]?.includes(layer.layer) ? ' ✓' : begun ? ' ◐' : ''
    tab.append(keycap(String(i + 1)), ' ' + layer.title, el('span', 'state', sign))
    tab.setAttribute('role', 'tab')
    tab.setAttribute('aria-selected', layer.layer === session.layer)
    list.append(tab)
  })
  return list
}

function roles () {
  const { head, child } = session.link
  const text = child ? `What is “${quote(child.text)}” to ${head.label}?` : `Role of ${head.label}:`
  return [ask(text), row('scroll', ...rolesNow().map(each => chip(letterOf(each), each.name, () => role(each), { title: each.definition }))), keys([['Esc', 'end relations', 'escape']])]
}

function choices () {
  const text = session.mode === 'head' ? 'Child of which span?' : `${session.link.role.name}: which span?`
  return [ask(text), row('scroll', ...session.choices.map((span, i) => chip(HINTS[i], `${span.label} ${quote(span.text)}`, () => chosen(span)))), keys([['Esc', 'back', 'escape']])]
}

function edges () {
  const ways = [['start', -1], ['start', 1], ['end', -1], ['end', 1]]
  const moves = characters => ways.map(([side, way]) => {
    const node = chip('', `${side} ${way < 0 ? '←' : '→'}`, () => moveEdge(side, way, characters))
    node.setAttribute('aria-label', `${side} one ${characters ? 'character' : 'word'} ${way < 0 ? 'back' : 'on'}`)
    return node
  })
  return [ask(`Move the edges of ${current().label}: `, el('q', '', quote(current().text))), row('scroll', el('span', 'by', 'word'), ...moves(false)), row('scroll', el('span', 'by', 'letter'), ...moves(true)),
    keys([['← →', 'end, by word'], ['Shift', 'start'], ['Ctrl', 'by letter'], ['Enter', 'done', leave], ['Esc', 'cancel', 'escape']])]
}
