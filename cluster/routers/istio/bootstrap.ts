const HTTP = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';
const INTERNAL = 'envoy.extensions.bootstrap.internal_listener.v3.InternalListener';
const XDS = 'xds-grpc';

/** With what Envoy starts: who it is, and that it gets everything else from istiod at this address. */
export function bootstrapOf(metadata: object, address: string, port: number): object {
  const ads = { ads: {}, resource_api_version: 'V3' };
  return {
    node: { metadata },
    // istiod may send listeners of this kind.
    bootstrap_extensions: [{ name: 'envoy.bootstrap.internal_listener', typed_config: typed(INTERNAL) }],
    admin: { address: socket('127.0.0.1', 15_000) },
    dynamic_resources: {
      lds_config: ads,
      cds_config: ads,
      ads_config: {
        api_type: 'DELTA_GRPC',
        transport_api_version: 'V3',
        grpc_services: [{ envoy_grpc: { cluster_name: XDS } }],
      },
    },
    static_resources: { clusters: [xdsCluster(address, port)] },
  };
}

function xdsCluster(address: string, port: number): object {
  const http2 = typed(HTTP, { explicit_http_config: { http2_protocol_options: {} } });
  return {
    name: XDS,
    type: 'STATIC',
    connect_timeout: '1s',
    typed_extension_protocol_options: { [HTTP]: http2 },
    load_assignment: {
      cluster_name: XDS,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: socket(address, port) } }] }],
    },
  };
}

function typed(name: string, fields: object = {}): object {
  return { '@type': `type.googleapis.com/${name}`, ...fields };
}

function socket(address: string, port: number): object {
  return { socket_address: { address, port_value: port } };
}
