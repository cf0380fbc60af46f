// Package web is what the programs of the tests share: they end like applications that lose no request.
package web

import (
	"context"
	"errors"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

// Serve answers until SIGTERM, goes on for DRAIN seconds, and then lets requests in flight finish.
func Serve(handler http.Handler) {
	server := &http.Server{Addr: ":" + Or("PORT", "8080"), Handler: handler}
	ended := make(chan struct{})
	go func() {
		stop := make(chan os.Signal, 1)
		signal.Notify(stop, syscall.SIGTERM)
		<-stop
		time.Sleep(Seconds("DRAIN"))
		server.Shutdown(context.Background())
		close(ended)
	}()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
	<-ended
}

// Seconds is the duration that the environment variable name holds; 0 without it.
func Seconds(name string) time.Duration {
	value, err := strconv.ParseFloat(Or(name, "0"), 64)
	if err != nil {
		log.Fatalf("%s: %v", name, err)
	}
	return time.Duration(value * float64(time.Second))
}

// Or is the environment variable name, or fallback without it.
func Or(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return fallback
}
