// Which sentence is asked about, with which question, and what a key means there. Nothing here touches the document.
export const [ACT, WHICH, CRITICISES, END] = ['act', 'which', 'criticises', 'end']

export class Asking {
  // `words` and `answers` have an entry a sentence: null where it is gone, and where it is open. `acts` are pairs of class and title.
  constructor (words, answers, acts) {
    Object.assign(this, { words, answers, acts })
    this.to(this.open(0))
  }

  get answered () { return this.answers.filter(Boolean).length }
  get left () { return this.open(0) < this.words.length }

  open (start) { return at(this.words.findIndex((words, place) => place >= start && words && !this.answers[place]), this.words.length) }
  before (place) { return at(this.words.findLastIndex((words, other) => other < place && words), place) }

  to (place) {
    Object.assign(this, { place, act: null, question: place < this.words.length ? ACT : END })
    return true
  }

  // The keys that mean something now, each with what it does.
  get choices () {
    const [yes, no] = [['y', 'yes'], ['n', 'no']]
    if (this.question === END) return [...this.left ? [['Enter', 'go through the open ones']] : [], ['b', 'back']]
    const answers = this.question === WHICH ? this.acts.map(([, title], n) => [String(n + 1), title]) : [yes, no]
    return [...answers, ['u', 'unsure: leave it open'], ['b', 'back']]
  }

  // An answer to both questions where the key completes one, or that the sentence is open again; else whether the key meant something.
  press (key) {
    if (!this.choices.some(([name]) => name === key)) return false
    if (key === 'Enter') return this.to(this.open(0))
    if (key === 'b') return this.to([ACT, END].includes(this.question) ? this.before(this.place) : this.place)
    if (key === 'u') return this.answers[this.place] ? { open: true } : this.next()
    if (this.question === CRITICISES) return { act: this.act, criticises: key === 'y' }
    if (this.question === WHICH) this.act = this.acts[key - 1][0]
    this.question = this.question === ACT && key === 'y' ? WHICH : CRITICISES
    return true
  }

  sent (answer) { return { place: this.place, before: this.answers[this.place], answer: answer.open ? null : answer } }
  saved () { return this.next() }
  next () { return this.to(this.open(this.place + 1)) }
}

const at = (found, otherwise) => found < 0 ? otherwise : found
