// How each span looks: selected, a child or head of the selected one with its role, one of several choices, faulty, unsure.
export const DOUBT = 'unsure'

// What `draw` asks of a passage. `layers` are names in the order in which spans of the same place lie below each other; `picked`
// is the id of the selected span, `choices` maps ids to the letter that takes them, `marks` to a word before the label, `bad` are ids,
// `ghosts` those of spans that are only suggested.
export function looks (passage, { layers, picked = null, choices = new Map(), marks = new Map(), bad = new Set(), ghosts = new Set(), shown = () => true }) {
  const roles = rolesAround(passage, picked)
  const spans = passage.spans.filter(shown).map(span => {
    const [on, role, hint, mark] = [span.id === picked, roles.get(span.id), choices.get(span.id), marks.get(span.id)]
    const tag = [hint ?? role ?? mark, span.label].filter(Boolean).join(' ')
    return { span, tag, on, keep: on || !!role || !!hint || !!mark, child: !!role, pick: !!hint, bad: bad.has(span.id), ghost: ghosts.has(span.id), unsure: !!span.attributes[DOUBT], place: layers.indexOf(span.layer) }
  })
  return { key: [picked, ...choices.keys(), '|', ...marks, '|', ...bad, '|', ...ghosts, '|', spans.length].join(), spans, faded: roles.size + choices.size + marks.size > 0 }
}

// Span id -> its role in the relations of the picked span.
function rolesAround (passage, picked) {
  const roles = new Map()
  for (const relation of passage.relations) {
    if (relation.head_id === picked) roles.set(relation.child_id, relation.label + ' ›')
    if (relation.child_id === picked) roles.set(relation.head_id, '‹ ' + relation.label)
  }
  return roles
}
