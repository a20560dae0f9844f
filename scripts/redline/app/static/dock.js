// The dock always shows what the next key does: labels, a question, roles, children, edges, a conflict.
import { $, button, el, keycap, quote, words } from './dom.js'
import { acts, answer, chosen, label, role, rolesNow } from './actions.js'
import { back, comparedOf, current, session } from './session.js'
import { agreement, summary } from './compare.js'
import { field } from './field.js'
import { HINTS } from './look.js'
import { isKey, isText, layerOf, letters, valuesOf } from './scheme.js'
import { state } from './queue.js'

export function dock () {
  const parts = { attribute: question, role: roles, child: choices, head: choices, edge: edges, conflict }[session.mode] ?? (comparedOf(session.passage) ? beside : labels)
  $('.dock').replaceChildren(...parts())
  rove($('.dock'))
}

export const ROWS = '.row, .vals, .rels, .faults, .differences'

// One stop of the Tab key a row; arrows go on inside it.
export function rove (host) {
  for (const row of host.querySelectorAll(ROWS)) {
    const first = row.querySelector('[aria-checked=true], [aria-selected=true]') ?? row.querySelector('button')
    if (first) first.tabIndex = 0
  }
}

function row (className, ...nodes) {
  const node = el('div', 'row ' + className)
  node.append(...nodes)
  return node
}

function chip (key, text, act, { ringed = false, title = '' } = {}) {
  const node = button('chip' + (ringed ? ' ringed' : ''), '', () => { act(); back() })
  if (key) { node.append(keycap(key)); node.setAttribute('aria-keyshortcuts', key) }
  node.append(text)
  if (title) node.title = title
  return node
}

function ask (text, ...more) {
  const node = el('div', 'ask', text)
  node.append(...more)
  return row('', node)
}

function keys (pairs) {
  const node = el('div', 'keys')
  for (const [names, does] of pairs) {
    const pair = el('span')
    for (const name of names.split(' ')) pair.append(keycap(name), ' ')
    pair.append(does)
    node.append(pair)
  }
  return node
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
    ? [['Tab', 'next span here'], ['Enter', 'attributes'], ['r', 'relate'], ['b', 'edges'], ['q', 'unsure'], ['Delete', 'remove'], ['Esc', 'deselect'], ['?', 'all keys']]
    : [['j k', 'next, previous place'], ['Ctrl ← →', 'word'], ['Shift', 'extend'], ['Space', 'grow'], ['Tab', 'spans here'], ['x', 'layer done'], ['Ctrl Enter', 'passage done'], ['?', 'all keys']]
  return [tabs(), row('scroll', ...chips), keys(hints), ...finished()]
}

// A passage of practice that is compared with gold.
function beside () {
  const text = summary(session.passage)
  const values = agreement()
  const last = values.length ? [ask('Agreement with gold (exact F1): ', el('q', '', values.join(' · ')), ' ', documentsLink())] : []
  return [ask(text[0].toUpperCase() + text.slice(1)), ...last, keys([...last.length ? [] : [['Ctrl Enter', 'next passage']], ['Tab', 'spans here'], ['?', 'all keys']])]
}

function documentsLink () {
  const link = el('a', '', 'back to the documents')
  link.href = './'
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
    const { done, spans } = session.passage
    const sign = done.has(layer.layer) ? ' ✓' : spans.some(span => span.layer === layer.layer) ? ' ◐' : ''
    tab.append(keycap(String(i + 1)), ' ' + layer.title, el('span', 'state', sign))
    tab.setAttribute('role', 'tab')
    tab.setAttribute('aria-selected', layer.layer === session.layer)
    list.append(tab)
  })
  return list
}

function question () {
  const span = current()
  const { step } = session
  const head = ask(words(step.name) + ': ', el('q', '', step.definition))
  if (isText(step)) return [head, row('', field(span, step)), keys([['Enter', 'accept'], ...isKey(step) ? [['↓', 'list of keys'], [',', 'add a key']].slice(0, step.type === 'entities' ? 2 : 1) : [], ['Esc', 'no change']])]
  const answers = step.type === 'id' ? actAnswers(step) : valueAnswers(span, step)
  const group = row('scroll', ...answers)
  group.setAttribute('role', 'radiogroup')
  group.setAttribute('aria-label', words(step.name))
  return [head, group, keys([['Enter', (step.type === 'id' || step.default) && !(step.name in span.attributes) ? 'accept the outlined answer' : 'next attribute'], ['Delete', 'remove the span'], ['Esc', 'answer later (stays a draft)']])]
}

function radio (node, checked) {
  node.setAttribute('role', 'radio')
  node.setAttribute('aria-checked', checked)
  return node
}

function valueAnswers (span, step) {
  const now = span.attributes[step.name]
  return valuesOf(step).map(({ value, title, key, definition }) =>
    radio(chip(key, words(title), () => answer(step, value), { title: definition, ringed: now === undefined && value === step.default }), now === value))
}

function actAnswers (step) {
  const { used, fresh } = acts(step)
  const now = current().attributes[step.name]
  const known = used.map((act, i) => radio(chip(i < 9 ? String(i + 1) : '', act, () => answer(step, act)), now === act))
  return [radio(chip('n', `${fresh} (new)`, () => answer(step, fresh), { ringed: now === undefined }), false), ...known, radio(chip('0', 'cannot be resolved', () => answer(step, null)), now === null)]
}

function roles () {
  const { head, child } = session.link
  const list = rolesNow()
  const keysOf = letters(list.map(each => each.name))
  const text = child ? `What is “${quote(child.text)}” to ${head.label}?` : `Role of ${head.label}:`
  return [ask(text), row('scroll', ...list.map(each => chip(keysOf[each.name], each.name, () => role(each), { title: each.definition }))), keys([['Esc', 'end relations']])]
}

function choices () {
  const text = session.mode === 'head' ? 'Child of which span?' : `${session.link.role.name}: which span?`
  return [ask(text), row('scroll', ...session.choices.map((span, i) => chip(HINTS[i], `${span.label} ${quote(span.text)}`, () => chosen(span)))), keys([['Esc', 'back']])]
}

const edges = () => [ask(`Move the edges of ${current().label}`), keys([['← →', 'end, by word'], ['Shift', '+ ← → start, by word'], ['Ctrl', 'by character'], ['Enter', 'done'], ['Esc', 'cancel']])]

function conflict () {
  const first = session.store.conflicts[0]
  const shown = value => value === null || value === undefined ? 'nothing' : value.text ?? (typeof value === 'object' ? value.label ?? JSON.stringify(value) : words(value))
  const what = first.field ? first.field.replace('@', '') : first.item.split(':')[0]
  const text = `Two windows changed the ${words(what)} here (${session.store.conflicts.length} open). Which value is right?`
  return [ask(text), row('scroll', chip('1', `saved: ${shown(first.theirs)}`, () => settle(false)), chip('2', `mine: ${shown(first.mine)}`, () => settle(true)))]
}

export function settle (mine) {
  session.store.settle(mine)
  session.mode = session.store.conflicts.length ? 'conflict' : null
}
