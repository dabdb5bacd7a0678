module shopfleet.dev/local/envoy-gateway

go 1.26.0
