// Package ecs stands in for Traefik's, which imports the libraries of AWS.
package ecs

import (
	"errors"

	"github.com/traefik/traefik/v3/pkg/config/dynamic"
	"github.com/traefik/traefik/v3/pkg/safe"
)

// ProviderName is what the configuration calls this provider.
const ProviderName = "ecs"

// Provider reads no routes from AWS.
type Provider struct{}

// Init refuses, so that a configuration with this provider does not start.
func (p *Provider) Init() error { return errors.New("built without AWS") }

// Provide is never reached.
func (p *Provider) Provide(chan<- dynamic.Message, *safe.Pool) error { return nil }
