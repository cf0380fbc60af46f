-- Stands in for libraries that ingress-nginx loads for what the tests don't use: OCSP, throttling, ExternalName Services.
return {
  TYPE_A = 1,
  TYPE_AAAA = 28,
  new = function()
    return nil, "the embedded cluster has no such library"
  end,
}
