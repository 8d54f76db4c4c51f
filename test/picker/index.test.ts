import * as library from 'gke-inference-gateway';
import * as picker from 'gke-inference-gateway/picker';

test('the flavours are those of the main entry', () => {
  expect(picker.PickerFlavor).toBe(library.PickerFlavor);
});

test('the helpers of a configuration are those of the main entry', () => {
  expect([picker.defaultPickerConfig, picker.plugin]).toEqual([library.defaultPickerConfig, library.plugin]);
});

test('a configuration that an author wrote can be checked without a chart', () => {
  const config = { plugins: [picker.plugin('queue-scorer')] };

  expect(picker.checkPickerConfig(config, picker.PickerFlavor.BUNDLED)).toEqual([]);
});

test('a configuration file names the kind that every picker reads', () => {
  expect([picker.PICKER_CONFIG_KIND, picker.DEFAULT_PROFILE]).toEqual(['EndpointPickerConfig', 'default']);
});
