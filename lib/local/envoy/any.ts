/** An object of Envoy's configuration, in its JSON form. */
export type EnvoyJson = { readonly [field: string]: unknown };

/** A configuration of an extension, with the type that Envoy parses it as. */
export function any(type: string, fields: EnvoyJson): EnvoyJson {
  return { '@type': `type.googleapis.com/envoy.${type}`, ...fields };
}

/** An address in Envoy's form. */
export function socketAddress({ address, port }: { readonly address: string; readonly port: number }): EnvoyJson {
  return { socket_address: { address, port_value: port } };
}
