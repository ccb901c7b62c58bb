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
