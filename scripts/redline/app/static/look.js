// How the spans of a passage look now: what is selected, what a letter would choose, what the rules find.
import { current, faultsOf, session, shown } from './session.js'
import { ofGold } from './draft.js'
import { looks as looking } from './spans.js'
import { scheme } from './scheme.js'

export const HINTS = [...'asdfghjklwertuiopcvbnmqxyz']

export function looks (passage) {
  const here = passage === session.passage
  const choosing = here && ['child', 'head'].includes(session.mode)
  return looking(passage, {
    layers: scheme.layers.map(layer => layer.layer),
    picked: here ? current()?.id : null,
    choices: new Map(choosing ? session.choices.map((span, i) => [span.id, HINTS[i] ?? '·']) : []),
    marks: new Map([...(passage.beside?.yours ?? []).map(id => [id, 'you']), ...(passage.beside?.missed ?? []).map(span => [ofGold(span), 'gold'])]),
    bad: new Set(faultsOf(passage).map(fault => fault.span)),
    shown
  })
}
