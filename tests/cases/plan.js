// The fewest keys from the caret to a place where a label's letter takes [a, b), by the page's own moves.
async ([a, b]) => {
  const { session, known, helpers } = await import('/session.js')
  const { caret } = await import('/caret.js')
  const { grown, moved, target } = await import('/moves.js')
  const { jumped, places } = await import('/places.js')
  const passage = session.passage
  const list = places(passage, known(), helpers())
  const walks = [['Control+ArrowRight', 'word', 1], ['Control+ArrowLeft', 'word', -1], ['Alt+ArrowDown', 'sentence', 1], ['Alt+ArrowUp', 'sentence', -1], ['ArrowRight', 'character', 1]]
  const next = place => [
    ['j', jumped(list, place, 1)], ['k', jumped(list, place, -1)], ['Space', grown(passage, place)],
    ...walks.map(([key, unit, step]) => [key, moved(passage, place, unit, step, false)]),
    ...walks.slice(0, 4).map(([key, unit, step]) => [key.replace('+', '+Shift+'), moved(passage, place, unit, step, true)]),
    ['Control+Home', [0, 0]], ['Control+End', [passage.text.length, passage.text.length]]
  ]
  const start = caret(passage)
  const seen = new Set([start.join()])
  let edge = [[start, []]]
  while (edge.length) {
    const further = []
    for (const [place, keys] of edge) {
      const found = target(passage, place)
      if (found[0] === a && found[1] === b) return keys
      for (const [key, to] of next(place)) {
        if (!to || seen.has(to.join())) continue
        seen.add(to.join())
        further.push([to, [...keys, key]])
      }
    }
    edge = further
  }
  return null
}
