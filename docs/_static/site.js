// A line is not broken behind the hyphens of an option.
const code = document.querySelectorAll("article pre, article code");
for (const text of [...code].flatMap(textsIn)) {
  const parts = text.data.split(/((?<!\S)--?[\w-]+)/);
  const nodes = parts.map((part, index) => {
    if (index % 2 === 0) return part;
    const option = document.createElement("span");
    option.className = "option";
    option.textContent = part;
    return option;
  });
  if (nodes.length > 1) text.replaceWith(...nodes);
}

function textsIn(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  return texts;
}

// A table that is wider than the page is shown a line below the other.
for (const table of document.querySelectorAll("article table.docutils")) {
  const room = table.parentElement;
  if (room.scrollWidth <= room.clientWidth) continue;
  const heads = [...table.querySelectorAll("thead th")].map((head) => head.textContent);
  for (const row of table.tBodies[0].rows) {
    [...row.cells].forEach((cell, index) => {
      if (!cell.textContent.trim()) cell.hidden = true;
      else if (index && heads[index].trim()) cell.dataset.head = heads[index].trim();
    });
  }
  table.classList.add("stacked");
}
