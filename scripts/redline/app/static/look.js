// How the spans of a passage look now: what is selected, what a letter would choose, what the rules find.
import { current, faultsOf, ghost, session, shown } from './session.js'
import { ofGold } from './draft.js'
import { looks as looking } from './spans.js'
import { scheme } from './scheme.js'

export const HINTS = [...'asdfghjklwertuiopcvbnmqxyz']

export function looks (passage) {
  const here = passage === session.passage
  const choosing = here && ['child', 'head'].includes(session.mode)
  return looking({ spans: [...passage.spans, ...passage.ghosts], relations: passage.relations }, {
    layers: scheme.layers.map(layer => layer.layer),
    picked: here ? (current() ?? ghost())?.id : null,
    choices: new Map(choosing ? session.choices.map((span, i) => [span.id, HINTS[i] ?? '·']) : []),
    marks: new Map([...(passage.beside?.yours ?? []).map(id => [id, 'you']), ...(passage.beside?.missed ?? []).map(span => [ofGold(span), 'gold'])]),
    ghosts: new Set(passage.ghosts.map(span => span.id)),
    bad: new Set(faultsOf(passage).map(fault => fault.span)),
    shown
  })
}
