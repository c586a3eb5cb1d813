import { render } from 'preact';
import { App } from './app.tsx';
import { listenToKeys } from './keyboard.ts';
import { isWall } from './router.ts';
import './styles/base.css';
import './styles/parts.css';

if (isWall) document.documentElement.classList.add('wall');
listenToKeys();
const place = document.getElementById('page');
if (place) render(<App />, place);
