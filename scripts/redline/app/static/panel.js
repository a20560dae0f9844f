// The right column: the selected span with attributes and relations, what the rules find, and the guidance of the label at hand.
import { spanPart } from './attributes.js'
import { comments } from './comments.js'
import { comparison } from './compare.js'
import { $ } from './dom.js'
import { faults } from './faults.js'
import { found } from './found.js'
import { guidance } from './guidance.js'
import { relations } from './relations.js'
import { rove } from './rows.js'
import { comparedOf, current, ghost, session } from './session.js'

export function panel () {
  const span = current()
  const beside = comparedOf(session.passage) && comparison(session.passage)
  const own = [...span ? [spanPart(span), relations(span)] : [], comments()]
  const parts = beside ? [beside, ...own] : [...own, faults(span), guidance(span ?? ghost())]
  if (session.found) parts.unshift(found())
  $('.panel').classList.toggle('empty', !span && !beside && !session.found)
  $('.panel').replaceChildren(...parts.filter(Boolean))
  rove($('.panel'))
}
