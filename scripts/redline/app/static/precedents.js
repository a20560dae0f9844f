// The right column of the adjudicator: agreement, all differences, the part of the scheme, what was decided in like cases, and what
// the rules find in gold. While a reading is written, its attributes.
import { $, button, el, quote, words } from './dom.js'
import { go } from './caret.js'
import { asked, DOUBT, layerOf, needsOf, scheme } from './scheme.js'
import { back, session } from './session.js'
import { rove } from './rows.js'
import { handle, section } from './section.js'
import { visit } from './deciding.js'
import { atHand, decisionOf, differences, kindOf, quotes, table, taken, valueWords } from './table.js'

export function panel () {
  const parts = table.reading?.span ? [attributes(table.reading.span), rulings(atHand())] : [problems(), list(), ...atHand() ? [said(atHand().passage), rulings(atHand()), like()] : [], agreement()]
  $('.panel').replaceChildren(sheet(), ...parts.filter(Boolean))
  rove($('.panel'))
  const row = $('.panel .all [aria-current]')?.parentElement
  if (row) row.parentElement.scrollTop = row.offsetTop - row.parentElement.offsetTop - 3 * row.offsetHeight
}

function sheet () {
  const node = el('section', 'sheet')
  node.append(handle(`${differences().length} differences · rulings · like cases`))
  return node
}

function agreement () {
  const part = section(`Agreement of ${table.raters.join(', ')}`)
  const grid = el('table', 'agree')
  const head = el('tr')
  head.append(...['label', ...table.raters, 'F1'].map(name => th('col', name)))
  const rows = table.state.agreement.map(({ layer, label, counts, f1 }) => {
    const node = el('tr', label ? 'part' : '')
    node.append(th('row', label ?? layerOf(layer).title), ...table.raters.map(rater => el('td', '', String(counts[rater] ?? 0))), el('td', '', f1 === null ? '–' : f1.toFixed(2)))
    return node
  })
  grid.append(head, ...rows)
  part.append(grid)
  return part
}

function th (scope, text) {
  const node = el('th', '', text)
  node.scope = scope
  return node
}

function list () {
  const open = differences().filter(difference => !decisionOf(difference)).length
  const part = section(`Differences · ${open} of ${differences().length} open`)
  const rows = el('ul', 'rels all')
  rows.append(...differences().map(difference => {
    const item = el('li')
    const node = button('', '', () => { visit(difference); back() })
    const done = !!decisionOf(difference)
    node.append(el('span', done ? 'mark done' : 'mark', done ? '✓' : '○'), el('span', 'sr', done ? 'decided: ' : 'open: '), el('b', '', kindOf(difference)), el('span', 'cut', quotes(difference)))
    if (difference === atHand()) node.setAttribute('aria-current', 'true')
    item.append(node)
    return item
  }))
  part.append(rows)
  return part
}

// The definitions and rulings of what is at hand, then what the notes of decisions on gaps of the guidelines rule.
function rulings (difference) {
  const part = section(`Guidelines ${scheme.version} · ${difference.names.map(words).join(', ').toLowerCase()}`, 'guide')
  part.append(...difference.rulings.map((text, i) => i ? item('rule', text) : el('p', '', text)))
  part.append(...(table.like?.rulings ?? []).map(({ note, doc, by, date }) => item('rule made', note, ['decided', doc, by, date].filter(Boolean).join(', '))))
  return part
}

function item (kind, text, more = '') {
  const node = el('div', `ex ${kind}`, text)
  if (more) node.append(' ', el('i', '', more))
  return node
}

function like () {
  if (!table.like) return null
  const { count, cases } = table.like
  const part = section(`Like cases · ${count}`, 'like')
  if (!count) part.append(el('div', 'dim', 'No other document has a decision on this label and kind.'))
  part.append(...cases.map(earlier))
  if (count > cases.length) part.append(el('div', 'dim', `and ${count - cases.length} more`))
  return part
}

// A decision in another document: its sentence, what was taken, why and by whom.
function earlier (difference) {
  const { doc, text, quote: [start, end], decision: { take, reason, note, by, date } } = difference
  const node = el('div', 'case')
  const characters = [...text]
  const piece = (from, to) => characters.slice(from, to).join('')
  const sentence = el('p', 'sentence', piece(Math.max(0, start - 60), start))
  sentence.append(el('mark', '', piece(start, end)), piece(end, end + 60))
  const why = el('p', '', `${kindOf(difference)}: ${taken(difference, take)} (${words(reason)})${note ? `: ${note}` : ''}`)
  node.append(sentence, why, el('p', 'dim', [doc, by, date].filter(Boolean).join(', ')))
  return node
}

// What the raters wrote on the passage and its spans.
function said (n) {
  const found = table.comments.filter(({ passage }) => passage === n)
  if (!found.length) return null
  const part = section('Comments of the raters')
  part.append(...found.map(({ rater, about, text }) => {
    const node = el('div', 'comment')
    const words = el('p', '', text)
    words.dir = 'auto'
    node.append(el('span', 'dim', `${rater} on ${about ? `“${quote(about)}”` : 'the passage'}`), words)
    return node
  }))
  return part
}

function problems () {
  if (!table.problems) return null
  const part = section('Rules on gold')
  if (!table.problems.length) part.append(el('div', 'dim', 'Gold is made. No rule is broken.'))
  const rows = el('ul', 'faults')
  rows.append(...table.problems.map(({ code, message, hint, severity, passage }) => {
    const node = el('li', severity)
    node.append(el('code', '', code), ' ' + message.replaceAll('`', ''))
    if (session.passages[passage]) node.append(button('fix', `passage ${passage}: ${hint.replaceAll('`', '') || 'show'}`, () => { go(session.passages[passage], 0); session.render() }))
    return node
  }))
  if (table.problems.length) part.append(rows)
  return part
}

function attributes (span) {
  const part = section(`${layerOf(span.layer).title} · ${span.label}`)
  part.append(el('p', 'quote', quote(span.text)))
  for (const attribute of asked(span).filter(each => each.name !== DOUBT)) {
    const row = el('div', 'attr' + (needsOf(span).includes(attribute) ? ' need' : ''))
    const value = attribute.name in span.attributes ? valueWords(span.attributes[attribute.name]) : '–'
    const change = button('typed', value, () => { Object.assign(session, { mode: 'attribute', step: attribute }); back() })
    change.setAttribute('aria-label', `${words(attribute.name)}: ${value}; change`)
    change.tabIndex = 0
    row.append(el('span', 'name', words(attribute.name)), change)
    part.append(row)
  }
  return part
}
