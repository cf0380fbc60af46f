// Command coredns is CoreDNS with the plugins that answer for the names of Services, and no others.
package main

import (
	"github.com/coredns/coredns/core/dnsserver"
	"github.com/coredns/coredns/coremain"

	_ "github.com/coredns/coredns/plugin/bind"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/template"
)

// A query passes the plugins in this order.
func init() { dnsserver.Directives = []string{"bind", "errors", "template", "kubernetes"} }

func main() { coremain.Run() }
