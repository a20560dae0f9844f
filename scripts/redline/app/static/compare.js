// Practice: a passage beside gold, each difference with what decides it, and at the end the agreement.
import { $, button, el, quote, words } from './dom.js'
import { comparedOf, session } from './session.js'
import { layerOf } from './scheme.js'
import { go } from './caret.js'

export const summary = passage => {
  const { agreed, differences: { length } } = comparedOf(passage)
  return `compared with gold: ${agreed} ${agreed === 1 ? 'span' : 'spans'} equal, ${length} ${length === 1 ? 'difference' : 'differences'}`
}

export function comparison (passage) {
  const part = el('section', 'compared')
  const list = el('ol', 'differences')
  list.append(...comparedOf(passage).differences.map(difference => row(passage, difference)))
  part.append(el('h2', '', 'Comparison with gold'), list)
  if (!list.firstChild) part.append(el('p', '', 'No difference.'))
  return part
}

function row (passage, difference) {
  const item = el('li')
  const place = button('difference', '', () => { go(passage, passage.map.unit(difference.start)); session.render() })
  const [what, gold, you] = sides(difference)
  place.append(what, el('span', '', `gold: ${gold}`), el('span', '', `you: ${you}`))
  item.append(place, el('p', 'dim', difference.reason))
  return item
}

// What it is about, the reading of gold, the reading of the rater.
function sides ({ kind, names, quotes, gold, you }) {
  const about = quotes.map(each => `“${quote(each)}”`)
  if (kind === 'span') return ['', ...[gold, you].map(place => place ? `${place.label} “${quote(place.quote)}”` : 'nothing')]
  const yes = value => value === true ? 'yes' : value === false ? 'no' : value === null ? 'cannot be resolved' : words([value].flat().join(', ') || 'nobody')
  if (kind === 'relation') return [el('b', '', `${names[0]} ${about[1]} of ${about[0]}`), yes(gold), yes(you)]
  if (kind === 'acts') return [el('b', '', `act of ${about[0]}`), 'a different grouping', 'a different grouping']
  return [el('b', '', `${words(names[0])} of ${about[0]}`), yes(gold), yes(you)]
}

// Layer -> exact F1 with gold, as text; empty as long as a passage is open.
export function agreement () {
  const values = Object.entries(session.store.progress.agreement ?? {})
  return values.map(([layer, value]) => `${layerOf(layer).title} ${value === null ? '–' : value.toFixed(2)}`)
}
