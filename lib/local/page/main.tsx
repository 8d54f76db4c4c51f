import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import { App } from './app';
import './style/base.css';
import './style/lanes.css';
import './style/pods.css';
import './style/decisions.css';

const place = document.getElementById('page');
if (place !== null) render(<App />, place);
