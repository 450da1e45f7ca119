'use strict';
(() => {
	const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
	const dimensions = ['scenario', 'engine', 'cache', 'edit'];
	const PLACE = 10, HEIGHT = 200; // units of a drawing, as svg_trend.c has them
	const SVG = 'http://www.w3.org/2000/svg';

	const make = (tag, properties = {}, ...children) => {
		const node = Object.assign(document.createElement(tag), properties);
		node.append(...children);
		return node;
	};

	// #view&engine=podman&cache=store: a place on the page, then the filters
	const read_hash = () => {
		const [view, ...rest] = location.hash.slice(1).split('&');
		const filters = {};
		for (const part of rest) {
			const at = part.indexOf('=');
			const name = part.slice(0, at);
			if (at > 0 && dimensions.includes(name)) {
				try {
					filters[name] = decodeURIComponent(part.slice(at + 1));
				} catch { /* a broken escape filters nothing */ }
			}
		}
		return { view, filters };
	};

	const write_hash = (view, filters) => {
		const parts = dimensions.filter(d => filters[d]).map(d => d + '=' + encodeURIComponent(filters[d]));
		location.hash = [view || 'overview', ...parts].join('&');
	};

	const told = document.getElementById('told');
	const form = document.getElementById('filter');
	const selects = {};

	const fits = (node, filters) => dimensions.every(d => {
		const has = node.dataset[d];
		if (!filters[d] || has === undefined)
			return true;
		return has === filters[d] || (d === 'edit' && has === 'cold' && node.matches('tr'));
	});

	// What holds several cells is shown while one of them is.
	const empty = node => {
		const inner = $$('tbody tr[data-engine]', node);
		return inner.length > 0 && inner.every(row => row.hidden);
	};

	const apply = () => {
		const { view, filters } = read_hash();
		const nodes = $$('main [data-scenario]');
		for (const node of nodes)
			node.hidden = !fits(node, filters);
		for (const node of nodes)
			if (!node.hidden && !node.matches('tr') && empty(node))
				node.hidden = true;
		for (const d of dimensions)
			if (selects[d])
				selects[d].value = filters[d] || '';
		for (const link of $$('nav a')) {
			const to = link.hash.slice(1).split('&')[0];
			link.hash = [to, ...dimensions.filter(d => filters[d])
				.map(d => d + '=' + encodeURIComponent(filters[d]))].join('&');
		}
		const active = dimensions.some(d => filters[d]);
		form.classList.toggle('active', active);
		const tracks = $$('#trends .track');
		told.textContent = active ?
			tracks.filter(t => !t.hidden).length + ' of ' + tracks.length + ' series shown' : '';
		return view;
	};

	const go = () => {
		const view = apply();
		const target = view && document.getElementById(view);
		if (target && location.hash.includes('&'))
			target.scrollIntoView();
	};

	const make_filters = () => {
		for (const d of dimensions) {
			const values = [...new Set($$('main [data-' + d + ']').map(n => n.dataset[d]))]
				.filter(v => v !== 'cold').sort();
			if (values.length < 2)
				continue;
			const select = make('select', { name: d }, make('option', { value: '' }, 'all'),
				...values.map(value => make('option', { value }, value)));
			select.addEventListener('change', () => {
				const { view, filters } = read_hash();
				write_hash(view, { ...filters, [d]: select.value });
			});
			selects[d] = select;
			form.append(make('label', {}, d, select));
		}
		const clear = make('button', { type: 'button', className: 'clear' }, 'Show all');
		clear.addEventListener('click', () => write_hash(read_hash().view, {}));
		form.append(clear);
		form.hidden = !Object.keys(selects).length;
		form.addEventListener('submit', event => event.preventDefault());
	};

	// Charts: a cursor by pointer or arrow keys, a range by dragging or + and -.
	const tip = make('div', { className: 'tip', hidden: true });
	document.body.append(tip);

	const graphs_of = track => $$('svg.graph', track);

	const unpack = text => {
		let before = '';
		return text.split('|').map(v => before = v || before);
	};

	const state_of = svg => {
		if (!svg.tare) {
			const track = svg.closest('.track');
			const xs = track.querySelector('.xs').dataset;
			const values = unpack(svg.dataset.v);
			svg.tare = { track, values, labels: xs.x.split('|'), share: +xs.share,
				inner: svg.querySelector('svg'), at: values.length - 1, from: 0, to: values.length };
		}
		return svg.tare;
	};

	const words = (s, i) => {
		const first = s.labels[i] || '';
		const value = s.values[i] === '-' ? 'no value on this line' : s.values[i];
		return first + (s.share > 1 && i < s.values.length - 1 ? ' and ' + (s.share - 1) + ' more' : '') + ': ' + value;
	};

	const cursor = (svg, i, show_tip) => {
		const s = state_of(svg);
		s.at = Math.max(s.from, Math.min(s.to - 1, i));
		let line = svg.querySelector('.cursor');
		if (!line) {
			line = document.createElementNS(SVG, 'line');
			line.setAttribute('class', 'cursor');
			svg.append(line);
		}
		const x = (s.at + 0.5 - s.from) / (s.to - s.from);
		const inner = s.inner;
		line.setAttribute('x1', x * 100 + '%');
		line.setAttribute('x2', x * 100 + '%');
		line.setAttribute('y1', inner.getAttribute('y'));
		line.setAttribute('y2', +inner.getAttribute('y') + +inner.getAttribute('height'));
		svg.setAttribute('aria-valuenow', s.at);
		svg.setAttribute('aria-valuetext', words(s, s.at));
		if (!show_tip)
			return;
		const box = svg.getBoundingClientRect();
		tip.textContent = words(s, s.at);
		tip.hidden = false;
		const left = box.left + x * box.width - tip.offsetWidth / 2;
		tip.style.left = Math.max(4, Math.min(innerWidth - tip.offsetWidth - 4, left)) + scrollX + 'px';
		tip.style.top = box.top + scrollY - tip.offsetHeight - 2 + 'px';
	};

	const leave = svg => {
		tip.hidden = true;
		svg.querySelector('.cursor')?.remove();
	};

	const zoom = (svg, from, to) => {
		const { track, values } = state_of(svg);
		from = Math.max(0, from);
		to = Math.min(values.length, to);
		if (to - from < 2 && values.length > 1)
			return;
		const whole = from === 0 && to === values.length;
		for (const graph of graphs_of(track)) {
			const s = state_of(graph);
			s.from = from;
			s.to = to;
			s.inner.setAttribute('viewBox', `${from * PLACE} 0 ${(to - from) * PLACE} ${HEIGHT}`);
			graph.classList.toggle('zoomed', !whole);
			const foot = $$(':scope > text', graph).slice(-2);
			if (values.length > 1 && foot.length === 2) {
				foot[0].textContent = s.labels[from];
				foot[1].textContent = s.labels[to - 1];
			}
		}
		track.querySelector('button.whole').hidden = whole;
		cursor(svg, state_of(svg).at, false);
	};

	const scale = (svg, factor) => {
		const s = state_of(svg);
		const width = Math.max(2, Math.round((s.to - s.from) * factor));
		let from = Math.round(s.at - width / 2);
		from = Math.max(0, Math.min(s.values.length - width, from));
		zoom(svg, from, from + width);
	};

	const keys = {
		ArrowLeft: svg => cursor(svg, state_of(svg).at - 1, true),
		ArrowRight: svg => cursor(svg, state_of(svg).at + 1, true),
		Home: svg => cursor(svg, state_of(svg).from, true),
		End: svg => cursor(svg, state_of(svg).to - 1, true),
		'+': svg => scale(svg, 0.5),
		'=': svg => scale(svg, 0.5),
		'-': svg => scale(svg, 2),
		0: svg => zoom(svg, 0, Infinity),
		Escape: svg => zoom(svg, 0, Infinity),
		Enter: svg => {
			const table = svg.closest('.track').querySelector('details.behind');
			table.open = !table.open;
		},
	};

	const place_at = (svg, event) => {
		const s = state_of(svg), box = svg.getBoundingClientRect();
		return s.from + Math.floor((event.clientX - box.left) / box.width * (s.to - s.from));
	};

	const make_graph = svg => {
		const { values } = state_of(svg);
		let start = null;
		svg.setAttribute('tabindex', '0');
		svg.setAttribute('role', 'slider');
		svg.setAttribute('aria-valuemin', 0);
		svg.setAttribute('aria-valuemax', values.length - 1);
		svg.setAttribute('aria-valuenow', values.length - 1);
		svg.setAttribute('aria-valuetext', words(state_of(svg), values.length - 1));
		svg.addEventListener('keydown', event => {
			if (!keys[event.key] || event.ctrlKey || event.altKey || event.metaKey)
				return;
			event.preventDefault();
			keys[event.key](svg);
		});
		svg.addEventListener('focus', () => svg.matches(':focus-visible') && cursor(svg, state_of(svg).at, true));
		svg.addEventListener('blur', () => leave(svg));
		svg.addEventListener('pointermove', event => cursor(svg, place_at(svg, event), true));
		svg.addEventListener('pointerleave', () => { start = null; leave(svg); });
		svg.addEventListener('pointerdown', event => { start = event.button ? null : place_at(svg, event); });
		svg.addEventListener('pointerup', event => {
			const end = place_at(svg, event);
			if (start !== null && Math.abs(end - start) > 1)
				zoom(svg, Math.min(start, end), Math.max(start, end) + 1);
			start = null;
		});
		svg.addEventListener('dblclick', () => zoom(svg, 0, Infinity));
	};

	const make_track = track => {
		const graphs = graphs_of(track);
		if (!graphs.length)
			return;
		const whole = make('button', { type: 'button', className: 'whole', hidden: true }, 'Whole range');
		whole.addEventListener('click', () => zoom(graphs[0], 0, Infinity));
		track.querySelector('.graphs').before(whole);
		graphs.forEach(make_graph);
	};

	// Drawn first, alive after; tables behind charts are opened for print.
	make_filters();
	go();
	addEventListener('hashchange', go);
	addEventListener('beforeprint', () => { tip.hidden = true; });
	requestAnimationFrame(() => setTimeout(() => $$('#trends .track').forEach(make_track)));
})();
