// What the rules find, one row a rule and span, with the repair that a key carries out.
import { errorsOf } from './done.js'
import { button, el, keycap, quote } from './dom.js'
import { repair } from './label.js'
import { section } from './section.js'
import { back, faultsOf, session } from './session.js'

export function faults (span) {
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
