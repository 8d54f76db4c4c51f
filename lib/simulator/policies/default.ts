import { defaultPickerConfig } from '../../core/picker/config';
import { configuredPolicy } from './picker-brain';

/** What this package ships. */
export const DEFAULT = configuredPolicy(
  'default',
  "this package's default: the least expected time of this request and those beside it",
  defaultPickerConfig(),
);
