// The right column: the selected span with attributes and relations, what the rules find, and the guidance of the label at hand.
import { $, button, el, keycap, quote, words } from './dom.js'
import { answer, clear, errorsOf, pick, repair, untie } from './actions.js'
import { back, comparedOf, current, faultsOf, session } from './session.js'
import { comparison } from './compare.js'
import { asked, DOUBT, isText, labelOf, layerOf, needsOf, optional, rolesOf, scheme, valuesOf } from './scheme.js'
import { rove } from './dock.js'

export function panel () {
  const span = current()
  const beside = comparedOf(session.passage) && comparison(session.passage)
  const parts = beside ? [beside, ...span ? [spanPart(span), relations(span)] : []] : [...span ? [spanPart(span), relations(span)] : [], faults(span), guidance(span)]
  $('.panel').classList.toggle('empty', !span && !beside)
  $('.panel').replaceChildren(...parts.filter(Boolean))
  rove($('.panel'))
}

function section (title, className = '') {
  const node = el('section', className)
  node.append(el('h2', '', title))
  return node
}

function spanPart (span) {
  const part = section(`${layerOf(span.layer).title} · ${span.start}–${span.end}`)
  const what = el('p', `what ink-${span.layer}`)
  what.append(el('b', '', span.label), ' ' + (labelOf(span)?.title ?? ''))
  part.append(what, el('p', 'quote', span.text), handle(span), ...asked(span).map(attribute => attributeRow(span, attribute)))
  return part
}

// On a narrow screen the span is one line that opens.
function handle (span) {
  const tied = session.passage.relations.filter(r => [r.head_id, r.child_id].includes(span.id)).length
  const shown = ([name, value]) => value === true ? name : value === false ? 'not ' + name : value
  const summary = [...Object.entries(span.attributes).map(shown).filter(Boolean).map(words), tied ? `${tied} relation${tied > 1 ? 's' : ''}` : '']
  const node = button('handle', summary.filter(Boolean).join(' · ') || 'no attributes', () => {
    document.body.classList.toggle('open')
    node.setAttribute('aria-expanded', document.body.classList.contains('open'))
  })
  node.setAttribute('aria-expanded', document.body.classList.contains('open'))
  return node
}

function attributeRow (span, attribute) {
  const row = el('div', 'attr' + (needsOf(span).includes(attribute) ? ' need' : ''))
  const name = el('span', 'name', words(attribute.name))
  name.title = attribute.definition
  if (attribute.name === session.step?.name) row.classList.add('asked')
  const control = optional(span, attribute) ? tick : isText(attribute) || attribute.type === 'id' ? typed : values
  row.append(name, control(span, attribute))
  return row
}

function tick (span, attribute) {
  const on = span.attributes[attribute.name] === true
  const node = button('tick', '', () => { answer(attribute, !on); back() })
  if (attribute.name === DOUBT) node.append(keycap('q'), ' ')
  node.append(on ? 'yes' : 'no')
  node.setAttribute('aria-pressed', on)
  node.setAttribute('aria-label', words(attribute.name))
  return node
}

function typed (span, attribute) {
  const value = span.attributes[attribute.name]
  const shown = value === null ? 'cannot be resolved' : Array.isArray(value) ? value.join(', ') || 'nobody' : value || '–'
  const node = button('typed', shown, () => { Object.assign(session, { mode: 'attribute', step: attribute }); back() })
  node.setAttribute('aria-label', `${words(attribute.name)}: ${value?.length ? shown : 'empty'}; change`)
  return node
}

function values (span, attribute) {
  const group = el('div', 'vals')
  const all = valuesOf(attribute)
  const now = span.attributes[attribute.name]
  const few = all.length > 6 ? all.filter(each => each.value === now) : all
  group.setAttribute('role', few.length ? 'radiogroup' : 'group')
  group.setAttribute('aria-label', words(attribute.name))
  for (const each of few) {
    const node = button('', words(each.title), () => { each.value === now && !attribute.required.includes(span.label) ? clear(attribute) : answer(attribute, each.value); back() })
    node.setAttribute('role', 'radio')
    node.setAttribute('aria-checked', each.value === now)
    node.title = each.definition ?? ''
    group.append(node)
  }
  if (all.length <= 6) return group
  const more = el('div', 'vals')
  more.append(...few.length ? [group] : [], button('', few.length ? 'change' : 'choose', () => { Object.assign(session, { mode: 'attribute', step: attribute }); back() }))
  return more
}

function relations (span) {
  const tied = session.passage.relations.filter(r => [r.head_id, r.child_id].includes(span.id))
  const open = rolesOf(span).filter(role => !tied.some(r => r.head_id === span.id && r.label === role.name)).map(role => role.name.toLowerCase())
  if (!tied.length && !open.length) return null
  const part = section('Relations')
  if (rolesOf(span).length) $('h2', part).append(' ', keycap('r'))
  const list = el('ul', 'rels')
  list.append(...tied.map(relation => relationRow(span, relation)))
  if (tied.length) part.append(list)
  if (open.length) part.append(el('div', 'dim', 'open: ' + open.join(', ')))
  return part
}

function relationRow (span, relation) {
  const isHead = relation.head_id === span.id
  const other = session.passage.byId.get(isHead ? relation.child_id : relation.head_id)
  const row = el('li')
  const go = button(`cut ink-${other?.layer}`, other ? quote(other.text) : 'a deleted span', () => { if (other) pick(other); back() })
  const off = button('', '×', () => { untie(relation); back() })
  off.setAttribute('aria-label', `remove ${relation.label}`)
  row.append(el('b', '', (isHead ? '' : '‹ ') + relation.label), go, off)
  return row
}

function faults (span) {
  const found = faultsOf(session.passage).filter(fault => !span || fault.span === span.id)
  const part = section(span ? 'Problems in this span' : 'Problems in this passage', 'faultbox' + (found.length ? '' : ' none'))
  if (!found.length) { part.append(el('div', 'dim', 'No problems.')); return part }
  const list = el('ul', 'faults')
  const kinds = alike(found)
  const fixable = kinds.findIndex(([fault]) => fault.fix || fault.span)
  list.append(...kinds.slice(0, MOST).map((faults, i) => faultRow(faults, i === fixable)))
  part.append(list)
  if (kinds.length > MOST) part.append(el('div', 'dim', `and ${kinds.length - MOST} more`))
  if (errorsOf(session.passage).length) part.append(el('div', 'dim', 'A layer with errors stays a draft.'))
  return part
}

const MOST = 12

// One rule on one span is one row.
const alike = faults => [...Map.groupBy(faults, fault => fault.span ? fault.code + fault.span : fault).values()]

function faultRow ([fault, ...more], first) {
  const row = el('li', fault.severity)
  const span = session.passage.byId.get(fault.span)
  const message = fault.message.replaceAll('`', '').replaceAll(fault.span, `“${quote(span?.text ?? '')}”`)
  row.append(el('code', '', fault.code), ' ' + (fault.span ? message : fault.message.replaceAll('`', '')) + (more.length ? `, and ${more.length} more like it` : ''))
  if (!fault.span) return row
  const fix = button('fix', '', () => { repair(fault); back() })
  if (first) fix.append(keycap('f'), ' ')
  fix.append(fault.hint.replaceAll('`', '') || 'show')
  row.append(fix)
  return row
}

// While a question is open, what it asks and what each answer means; else the label.
function guidance (span) {
  if (session.mode === 'attribute' && span) return answers(span, session.step)
  const label = (span && labelOf(span)) ?? layerOf(session.layer).labels[0]
  const layer = layerOf(label.layer)
  const part = section(`Guidelines ${scheme.version} · ${label.title.toLowerCase()}`, 'guide')
  part.append(el('p', '', label.definition))
  for (const each of label.examples.slice(0, 2)) part.append(example('yes', each))
  for (const each of label.counterexamples.slice(0, 2)) part.append(example('no', each))
  part.append(...[[layer.questions, `The ${layer.questions.length} questions`], [layer.rulings, `${layer.rulings.length} rulings`]].filter(([list]) => list.length).map(([list, title]) => folded(title, list)))
  return part
}

function answers (span, step) {
  const part = section(`Guidelines ${scheme.version} · ${words(step.name)}`, 'guide')
  const list = el('dl', 'answers')
  for (const { key, title, definition } of step.values?.length ? valuesOf(step) : []) {
    const name = el('dt')
    name.append(keycap(key), ' ' + words(title))
    list.append(name, el('dd', '', definition))
  }
  part.append(el('p', '', step.definition), list)
  return part
}

function example (kind, { text, why }) {
  const node = el('div', 'ex ' + kind)
  node.append(el('span', 'sr', kind === 'yes' ? 'right: ' : 'wrong: '))
  text.split(/[[\]]/).forEach((piece, i) => node.append(i % 2 ? el('mark', '', piece) : piece))
  node.append(' ', el('i', '', why))
  return node
}

function folded (title, list) {
  const node = el('details')
  const items = el('ol')
  items.append(...list.map(text => el('li', '', text)))
  node.append(el('summary', '', title), items)
  return node
}
