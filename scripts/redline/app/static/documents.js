// The first view: how to work here, and the documents with how far the rater is.
import { $, el, keycap, number } from './dom.js'
import { steps, walk } from './list.js'
import { chosen, controls, ordered, waits, watch } from './waits.js'
import { scheme } from './scheme.js'
import { address, pageOf } from './server.js'

const KEYS = [
  [['j'], ' moves to the next name, number or cue. You can also use the arrow keys and the mouse.'],
  [['a letter'], ' labels the word at the caret, or the selection. The bar below the text shows all letters, and then the next question.'],
  [['Ctrl', 'Enter'], ' marks the passage as done. Each step is saved immediately. ', ['Ctrl', 'Z'], ' undoes it.']
]
const TOUCH = [
  ['A tap takes a word, a long press selects several. ', ['next place'], ' goes to the next name, number or cue.'],
  ['The bar below the text has a button for each label, and then the next question.'],
  [['passage done'], ' marks the passage as done. Each step is saved immediately. ', ['↶'], ' undoes it.']
]

export function documents () {
  document.body.classList.add('list')
  const page = el('div', 'start')
  const list = el('ul', 'documents')
  const choices = el('div', 'choices')
  const parameters = chosen()
  const show = () => {
    const rows = ordered(parameters)
    const next = rows.find(each => each.done < each.passages)
    choices.replaceChildren(...controls(parameters, show))
    list.replaceChildren(...rows.map(each => row(each, each === next, parameters)))
  }
  page.append(el('h2', '', 'How to work'), steps(KEYS, 'by-keys'), steps(TOUCH, 'by-touch'), ...practice(), el('h2', '', 'Documents'), choices, list, adding())
  $('.work').replaceChildren(page)
  walk(list)
  show()
  $('.next', list)?.focus()
  watch(() => { const atNext = document.activeElement?.matches('.next'); show(); if (atNext) $('.next', list)?.focus() })
}

function practice () {
  const missing = scheme.unpractised.map(name => el('p', 'dim', `practice.json names ${name}, but gold does not contain it. Practice leaves it out.`))
  if (!scheme.practice) return missing
  const link = el('a', '', `Practise on ${number(scheme.practice, 'passage')}`)
  link.href = address({ doc: 'practice' })
  const text = el('p')
  text.append(link, ': after each passage you see gold next to your labels, with the reason for each difference. Practice does not change your files.')
  return [text, ...missing]
}

// The page on which a text is added, at `add/`, with the token.
function adding () {
  const [text, link] = [el('p'), el('a', '', 'Add a text')]
  link.href = address({}).replace(/^.*(?=#)/, 'add/')
  text.append(link, ': paste it or choose a file. The page shows its encoding, line ends, hidden characters and similar documents.')
  return text
}

function row (each, next, parameters) {
  const { doc, title, date, genre, passages, done, begun, comments, minutes } = each
  const link = el('a', next ? 'next' : '')
  link.href = address({ doc })
  const state = done === passages ? 'done' : done || begun ? 'part' : ''
  const said = state === 'done' ? 'done' : state ? `${done} of ${passages} done` : number(passages, 'passage')
  link.append(el('i', 'pie ' + state), el('span', 'title', title || doc), el('span', 'dim', date ?? ''), el('span', 'dim', genre), el('span', 'dim', said))
  if (next) link.append(keycap('Enter'))
  const answers = amount(scheme.answered[doc], 'sentence')
  const text = [amount(minutes, 'minute'), amount(comments, 'comment'), answers && `questions about ${answers} answered`, waits(doc, parameters)].filter(Boolean).join(' · ')
  if (text) link.append(el('span', 'waits', text))
  const item = el('li')
  item.append(link, ...scheme.asked ? [asking(doc, title)] : [])
  return item
}

const amount = (count, name) => count ? number(count, name) : ''

// The page with the questions about each sentence of a document.
function asking (doc, title) {
  const link = el('a', 'asking', 'questions')
  link.href = pageOf('questions', { doc })
  link.setAttribute('aria-label', `questions about ${title || doc}`)
  return link
}
