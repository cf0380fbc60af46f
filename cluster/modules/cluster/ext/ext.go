// Package ext stands in for Traefik's optional extension module, which its go.mod replaces with an empty local one.
package ext

// HTTP is the empty extension of a dynamic HTTP configuration.
type HTTP struct{}

// DeepCopyInto copies nothing, since there is nothing.
func (in *HTTP) DeepCopyInto(out *HTTP) { *out = *in }

// Router is the empty extension of a router.
type Router struct{}

// DeepCopyInto copies nothing, since there is nothing.
func (in *Router) DeepCopyInto(out *Router) { *out = *in }
