// What pages look like and the little that they do.

#include "lib/report/html_elements.h"

namespace actlab::html {

// A shade at the right end of a table says that there is more of it. Curves have the colours of Okabe & Ito
// (2008), in the dark brighter ones of the same hues. Verdicts are blue and orange, which everybody can tell
// apart, and always a word too.
const char* const style = R"(
:root { color-scheme: light dark;
  --page: #fff; --card: #f6f8fa; --text: #1f2328; --faint: #59636e; --grid: #e4e7eb; --frame: #8c959f;
  --shade: #1f232833;
  --link: #0550ae; --good: #0550ae; --good-back: #ddf0ff; --bad: #953800; --bad-back: #ffeadb;
  --curve-0: #0072B2; --curve-1: #D55E00; --curve-2: #009E73; --curve-3: #CC79A7; --curve-4: #000;
  --curve-5: #E69F00; --curve-6: #56B4E9; }
@media screen and (prefers-color-scheme: dark) { :root {
  --page: #0d1117; --card: #161b22; --text: #e6edf3; --faint: #9ba5b0; --grid: #2a313a; --frame: #6e7681;
  --shade: #ffffff33;
  --link: #79b8ff; --good: #8cc8ff; --good-back: #0c2d55; --bad: #ffb27a; --bad-back: #4a2408;
  --curve-0: #4a9fe8; --curve-1: #ff7b3d; --curve-2: #25c99a; --curve-3: #e79bc7; --curve-4: #f0f3f6;
  --curve-5: #f2b632; --curve-6: #9fdcff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem clamp(.8rem, 3vw, 2.5rem) 4rem; max-width: 90rem;
  background: var(--page);
  color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", Arial, sans-serif;
  overflow-wrap: anywhere; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 1rem 0 .5rem; }
h2 { font-size: 1.35rem; line-height: 1.3; margin: 3rem 0 .7rem; padding-top: .8rem;
  border-top: 2px solid var(--grid); }
h3 { font-size: 1.08rem; margin: 2rem 0 .3rem; }
p { margin: .4rem 0; max-width: 95ch; }
p.caption, figcaption, caption, dd, .legend { font-size: .9rem; }
p.caption, caption, dt { color: var(--faint); }
a { color: var(--link); }
dl { margin: .6rem 0; } dl > div { display: grid; grid-template-columns: 8.5rem 1fr; gap: .2rem 1rem;
  padding: .12rem 0; }
dd { margin: 0; max-width: 90ch; } dt { font-size: .9rem; }
.scroll { overflow-x: auto; margin: .8rem 0; background: no-repeat local right / 3rem 100%
  linear-gradient(to right, transparent, var(--page) 70%), no-repeat scroll right / .8rem 100%
  linear-gradient(to right, transparent, var(--shade)); }
table { border-collapse: separate; border-spacing: 0; font-size: 14px; line-height: 21px;
  font-variant-numeric: tabular-nums; overflow-wrap: normal; }
caption { text-align: left; padding: .2rem 0 .4rem; position: sticky; left: 0; }
details caption { font-size: 0; line-height: 0; padding: 0; }
th, td { padding: 5px 11px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--grid); }
th { font-weight: 600; } thead th { vertical-align: bottom; border-bottom: 2px solid var(--frame); }
tbody th, tfoot th { font-weight: inherit; }
th:first-child { text-align: left; position: sticky; left: 0; background: var(--page); }
.text { text-align: left; }
.wide tbody > * > * { white-space: normal; } .wide td.text { min-width: 8rem; }
  .wide tbody th { min-width: 11rem; position: static; }
thead button { all: unset; cursor: pointer; } thead button:focus-visible { outline: 2px solid var(--link); }
thead button::after { content: " \2195"; opacity: .35; font-weight: 400; }
[aria-sort=ascending] button::after { content: " \2191"; opacity: 1; }
[aria-sort=descending] button::after { content: " \2193"; opacity: 1; }
tr.best { font-weight: 700; } tbody tr:hover > * { background: var(--card); }
.verdict span { padding: .08rem .45rem; border-radius: .6rem; }
.better .verdict span { color: var(--good); background: var(--good-back); }
.worse .verdict span { color: var(--bad); background: var(--bad-back); }
.more .verdict span { color: var(--faint); font-style: italic; font-weight: 400; }
.charts { display: grid; gap: 1rem; margin: .8rem 0;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 22rem), 1fr)); }
figure { margin: 0; padding: .6rem .4rem .2rem; background: var(--card); border-radius: .5rem; min-width: 0; }
figure > svg { display: block; width: 100%; height: auto; margin: auto; }
figure.single { max-width: 34rem; } figure.single > svg { margin: 0; }
figcaption { font-weight: 600; padding: 0 .5rem; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; list-style: none; margin: .4rem 0; padding: 0; }
.legend li { display: flex; align-items: center; gap: .4rem; } .sample { width: 38px; height: 12px;
  flex: none; overflow: visible; }
details { margin: .5rem 0; } summary { cursor: pointer; color: var(--link); font-size: .9rem;
  width: fit-content; }
pre { background: var(--card); padding: .8rem; border-radius: .5rem; white-space: pre-wrap;
  font-size: .85rem; }
@media (max-width: 40rem) { dl > div { grid-template-columns: 1fr; gap: 0; } th, td { padding: 5px 7px; }
  h2 { margin-top: 2.2rem; } }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } .scroll { overflow: visible;
  background: none; }
  table { font-size: 8pt; line-height: 1.4; } th, td { padding: .15rem .35rem; }
  th:first-child, caption { position: static; }
  figure, tr, .legend { break-inside: avoid; }
  h2, h3, caption, thead, .caption, .legend { break-after: avoid; }
  .charts { grid-template-columns: repeat(3, 1fr); } figure { border: 1px solid var(--grid);
  background: none; }
  details:not([open]), thead button::after { display: none; } a { color: inherit; text-decoration: none; }
  * { print-color-adjust: exact; } }
)";

// A column is sorted by the figure that its cells begin with, else by their text; cells without a value stay
// last either way. Buttons come from here, so that without a script there are none.
const char* const script = R"(
const factors = { k: 1e3, M: 1e6, G: 1e9, T: 1e12 };
function figure(text) {
  const found = /^\s*([+-]?[\d,]*\.?\d+(?:e[+-]?\d+)?)\s*([kMGT]?)/.exec(text);
  return found ? parseFloat(found[1].replaceAll(',', '')) * (factors[found[2]] || 1) : null;
}
function order(a, b, down) {
  const sign = down ? -1 : 1, x = figure(a), y = figure(b);
  if (x !== null && y !== null) return sign * (x - y);
  if (x !== null || y !== null) return x !== null ? -1 : 1;
  return sign * a.localeCompare(b);
}
function sort(table, head, column) {
  const down = head.getAttribute('aria-sort') === 'ascending', body = table.tBodies[0];
  for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
  head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
  const text = (row) => row.cells[column].textContent;
  body.append(...[...body.rows].sort((a, b) => order(text(a), text(b), down)));
}
for (const table of document.querySelectorAll('table')) {
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement('button');
    button.append(...head.childNodes);
    button.addEventListener('click', () => sort(table, head, column));
    head.append(button);
  });
}
)";

}  // namespace actlab::html
