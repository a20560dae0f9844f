// Which sentence is asked about, with which question, and what a key means there. Nothing here touches the document.
export class Asking {
  // `places` are the sentences; `answers` has an entry for each: null, or the answers by question, and the label once it is decided.
  constructor ({ places, answers, forks }) {
    Object.assign(this, { places, answers, forks })
    this.to(this.open(0))
  }

  get here () { return this.answers[this.place] ?? { answers: {} } }
  get ended () { return this.place === this.places.length }
  get decided () { return done(this.here) }
  get answered () { return this.answers.filter(done).length }
  // The number of the question, or the labels that remain.
  get step () { return this.after(this.here.answers) }

  after (answers) { return Object.entries(answers).reduce((step, [number, yes]) => this.forks[number - 1][yes ? 'yes' : 'no'], 1) }

  // The first open sentence from a place on, else the first one, else the end.
  open (start) {
    const places = [...this.answers.keys()].filter(place => !done(this.answers[place]))
    return places.find(place => place >= start) ?? places[0] ?? this.places.length
  }

  to (place) {
    this.place = Math.max(0, Math.min(place, this.places.length))
    return true
  }

  // The keys that mean something now, each with what it does.
  get choices () {
    const around = [...this.place ? [['ArrowLeft', 'previous']] : [], ...this.ended ? [] : [['ArrowRight', 'next']]]
    if (this.ended) return [...this.answered < this.places.length ? [['Enter', 'next open sentence']] : [], ...around]
    const back = ['Backspace', 'back']
    if (this.decided) return [['Enter', 'next open sentence'], back, ...around]
    const answers = Array.isArray(this.step) ? this.step.map((label, n) => [String(n + 1), label ?? 'no label']) : [['y', 'yes'], ['n', 'no']]
    return [...answers, ...this.place || Object.keys(this.here.answers).length ? [back] : [], ...around]
  }

  // The new answers about the sentence where the key changes them; else whether the key meant something.
  press (key) {
    if (!this.choices.some(([name]) => name === key)) return false
    if (key === 'Enter') return this.to(this.open(this.place))
    if (key === 'ArrowRight') return this.to(this.place + 1)
    if (key === 'ArrowLeft') return this.to(this.place - 1)
    if (key === 'Backspace') return this.back()
    const { answers } = this.here
    return Array.isArray(this.step) ? { answers, label: this.step[key - 1] } : this.with({ ...answers, [this.step]: key === 'y' })
  }

  // Answers with the label, where they leave only one.
  with (answers) {
    const step = this.after(answers)
    return step.length === 1 ? { answers, label: step[0] } : { answers }
  }

  // Without the last choice; before the first question: the sentence before.
  back () {
    const numbers = Object.keys(this.here.answers)
    if (!numbers.length) return this.to(this.place - 1)
    if (this.decided && this.step.length > 1) return { answers: this.here.answers }
    return { answers: Object.fromEntries(Object.entries(this.here.answers).slice(0, -1)) }
  }

  sent (given) {
    return { place: this.place, sha256: this.places[this.place].sha256, before: this.answers[this.place], given }
  }

  saved () { return this.decided ? this.to(this.open(this.place)) : true }
}

const done = given => Boolean(given) && 'label' in given
