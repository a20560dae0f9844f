const chosen = name => document.getElementById(name).value;
const cards = [...document.querySelectorAll(".cards > li")];
function show() {
  const [layer, task, label, kind] = ["layer", "task", "label", "kind"].map(chosen);
  let count = 0;
  for (const card of cards) {
    const { layer: part, task: of, label: labels, kind: what } = card.dataset;
    const fits = (!layer || part === layer) && (!task || of === task) && (!label || labels.split(" ").includes(label)) && (!kind || (kind === "errors" ? what !== "right" : what === kind));
    card.hidden = !fits;
    count += fits;
  }
  document.getElementById("count").value = count;
}
if (cards.length) {
  document.querySelector(".filters").addEventListener("input", show);
  show();
}
