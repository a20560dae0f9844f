// A passage to read: its text, built once and never touched again, where its words are on the screen, and its spans.
import { el } from './element.js'
import { offsets } from './offsets.js'

export class Passage {
  constructor (data, n) {
    this.n = n
    this.text = data.text
    this.map = offsets(data.text)
    this.sentences = data.sentences.map(bounds => this.units(bounds))
    this.revision = 0
    this.boxes = new Map()
    this.show([], [])
    this.build()
  }

  units ([start, end]) { return [this.map.unit(start), this.map.unit(end)] }

  // The spans and relations to draw, as a record has them; spans get their place in units.
  show (spans, relations) {
    this.spans = spans.map(span => ({ ...span, a: this.map.unit(span.start), b: this.map.unit(span.end) }))
    this.relations = relations
    this.byId = new Map(this.spans.map(span => [span.id, span]))
    this.revision++
  }

  build () {
    this.el = el('article', 'passage')
    const number = el('span', 'n', String(this.n))
    number.setAttribute('aria-hidden', 'true')
    for (const [name, kind] of [['page', 'page'], ['under', 'under'], ['node', 'text'], ['ink', 'ink']]) this[name] = el('div', kind)
    for (const layer of [this.under, this.ink]) layer.setAttribute('aria-hidden', 'true')
    this.node.dir = 'auto'
    this.fill()
    this.page.append(this.under, this.node, this.ink)
    this.el.append(number, this.page)
  }

  // A text node for each piece; a word's element can carry the strut that makes its line taller.
  fill () {
    this.pieces = []
    this.wordNodes = []
    for (const match of this.text.matchAll(/\s+|\S+/gu)) {
      const node = document.createTextNode(match[0])
      this.pieces.push({ at: match.index, node })
      if (/\s/.test(match[0][0])) { this.node.append(node); continue }
      const word = el('span', 'w')
      word.append(node)
      this.node.append(word)
      this.wordNodes.push({ el: word, at: match.index })
    }
    this.starts = new Map(this.pieces.map(piece => [piece.node, piece.at]))
  }

  // Between units of the text and places in the document.
  place (unit) {
    const piece = this.pieces[last(this.pieces, piece => piece.at <= unit)]
    return [piece.node, Math.min(unit - piece.at, piece.node.length)]
  }

  unit (node, offset) {
    if (this.starts.has(node)) return this.starts.get(node) + offset
    if (node === this.node || !this.node.contains(node)) {
      const child = node === this.node && node.childNodes[offset]
      if (child) return this.starts.get(child.nodeType === 3 ? child : child.firstChild)
      return node !== this.node && this.node.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_PRECEDING ? 0 : this.text.length
    }
    return this.starts.get(node.firstChild) + (offset ? node.textContent.length : 0)
  }

  range (a, b) {
    const range = document.createRange()
    range.setStart(...this.place(a))
    range.setEnd(...this.place(b))
    return range
  }

  sentence (unit) { return this.sentences.find(([a, b]) => unit >= a && unit <= b) ?? [0, this.text.length] }

  // The lines of the text; kept until the width changes.
  measure () {
    if (this.width === this.node.clientWidth) return
    this.width = this.node.clientWidth
    this.boxes.clear()
    this.lines = []
    const top = this.page.getBoundingClientRect().top
    let reached = -Infinity
    for (const word of this.wordNodes) {
      for (const rect of word.el.getClientRects()) {
        if (rect.top - top <= reached + 6) continue
        reached = rect.top - top
        this.lines.push({ first: word })
      }
    }
    this.settle()
  }

  // Where the lines are, once the struts are set.
  settle () {
    const top = this.page.getBoundingClientRect().top
    for (const line of this.lines) {
      const rect = [...line.first.el.getClientRects()].at(-1)
      Object.assign(line, { top: rect.top - top, bottom: rect.bottom - top })
    }
  }

  // The boxes { line, x0, x1 } of a stretch, in coordinates of the page; in mixed directions there are several a line.
  rects (a, b) {
    const key = a + ',' + b
    if (!this.boxes.has(key)) this.boxes.set(key, this.boxesOf(a, b))
    return this.boxes.get(key)
  }

  boxesOf (a, b) {
    const host = this.page.getBoundingClientRect()
    const boxes = []
    for (const rect of this.range(a, b).getClientRects()) {
      if (rect.width < 0.5) continue
      const line = last(this.lines, line => line.top <= rect.top - host.top + 6)
      const [x0, x1, before] = [rect.left - host.left, rect.right - host.left, boxes.at(-1)]
      if (before?.line === line && x0 <= before.x1 + 1.5 && x1 >= before.x0 - 1.5) Object.assign(before, { x0: Math.min(before.x0, x0), x1: Math.max(before.x1, x1) })
      else boxes.push({ line, x0, x1 })
    }
    return boxes
  }
}

// The index of the last item that passes; the items that pass come first. At least 0.
function last (items, passes) {
  let [low, high] = [0, items.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (passes(items[middle])) low = middle
    else high = middle - 1
  }
  return low
}
