// Draws the passage with the sentence that is asked about, the question with the keys that answer it, and the guidelines.
import { $, el, say } from './dom.js'
import { asked, chips, meanings, progress } from './parts.js'

// `note` is a sentence on what happened; `press` takes a key, `ready` is false while an answer is on its way.
export function show (asking, start, { note, press, ready }) {
  progress(asking.answered, asking.places.length)
  const [title, more] = asking.ended ? [closing(asking), ''] : question(asking, start)
  const label = asking.ended ? 'End' : `Sentence ${asking.place + 1} of ${asking.places.length}`
  draw(asking, start, label)
  $('.dock').replaceChildren(asked(title, note), el('div', 'more', more), chips(asking.choices, press, ready), el('div', 'dim', asking.ended ? '' : said(asking.here)))
  say([note, asking.step === 1 && !asking.ended ? sentence(asking, start) : '', title].filter(Boolean).join(' '))
}

// The passage is drawn anew only for another sentence, so that it stays where the rater has scrolled it.
function draw (asking, start, label) {
  const work = $('.work')
  if (work.getAttribute('aria-label') === label && label !== 'End') return
  work.setAttribute('aria-label', label)
  work.replaceChildren(...asking.ended ? ending(asking) : passage(asking, start, label))
  $('mark', work)?.scrollIntoView({ block: 'nearest' })
}

const pieces = ({ places, place }, { passages }) => passages[places[place].passage]
const sentence = (asking, start) => pieces(asking, start)[2 * asking.places[asking.place].sentence + 1]

// The pieces of a passage: what is before a sentence and the sentence, by turns, and what is after the last one.
function passage (asking, start, label) {
  const here = asking.places[asking.place]
  const text = el('p', 'asked')
  text.dir = 'auto'
  text.append(...pieces(asking, start).map((piece, n) => n === 2 * here.sentence + 1 ? el('mark', '', piece) : piece))
  const page = el('article', 'sentence')
  page.append(text)
  return [el('p', 'place dim', `${label.toLowerCase()}, passage ${here.passage}`), page]
}

// What is asked, and what the guidelines contain on the answers.
function question (asking, { questions }) {
  if (asking.decided) return [`Answered: ${asking.here.label ?? 'no label'}`, '']
  const number = Array.isArray(asking.step) ? +Object.keys(asking.here.answers).at(-1) : asking.step
  const [, title, more] = questions[number - 1].match(/^([^?]*\??)(.*)$/s)
  return Array.isArray(asking.step) ? ['Which label fits?', `${number}. ${title}${more}`] : [`${number}. ${title}`, more.trim()]
}

const closing = asking => `${asking.answered} of ${asking.places.length} sentences answered`

function ending (asking) {
  const page = el('article', 'sentence')
  const link = el('a', '', 'Documents')
  link.href = '../'
  const more = el('p')
  more.append(link)
  page.append(el('p', 'asked', closing(asking)), el('p', '', 'Each answer is saved. You can close this window.'), more)
  return [page]
}

// Answers in words.
export function said (given) {
  const answers = Object.entries(given?.answers ?? {}).map(([number, yes]) => `${number} ${yes ? 'yes' : 'no'}`)
  return [...answers, ...given && 'label' in given ? [given.label ?? 'no label'] : []].join(' · ') || 'no answer'
}

export function guidelines ({ layer, version, labels, questions, rulings }) {
  const lists = [['The questions', questions], ['Rulings', rulings]].map(([title, texts]) => {
    const part = meanings(`${title} (${texts.length})`, texts.map((text, n) => [String(n + 1), text]))
    part.open = false
    return part
  })
  $('.panel').replaceChildren(el('p', 'dim', `${layer}, guidelines ${version}`), meanings('Labels', labels.map(({ name, definition }) => [name, definition])), ...lists)
}
