package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptrace"
	"os"
	"os/signal"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Requests a second, at the most: the load is bounded, whatever the environment says.
const most = 100

// An answer as a caller inside the cluster saw it, as one line of the log.
type answer struct {
	Client   string `json:"client"`
	Sent     int64  `json:"sent"`
	Status   int    `json:"status"`
	Revision string `json:"revision"`
	Part     string `json:"part"`
	Error    string `json:"error,omitempty"`
}

// call asks the URL in CALL at the constant RATE, whether or not earlier requests were answered: by a connection and a
// look-up of the name each, and by a connection that is kept. It ends at SIGTERM or after LASTS seconds.
func call() {
	rate, err := strconv.Atoi(os.Getenv("RATE"))
	if err != nil || rate < 1 || rate > most {
		log.Fatalf("RATE is %q; at most %d requests a second", os.Getenv("RATE"), most)
	}
	lasts, err := time.ParseDuration(os.Getenv("LASTS"))
	if err != nil {
		log.Fatalf("LASTS is %q; a duration such as 5m", os.Getenv("LASTS"))
	}
	clients := map[string]*http.Client{
		"fresh":      {Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}},
		"kept-alive": {Timeout: 10 * time.Second, Transport: &http.Transport{MaxConnsPerHost: 2}},
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	end := time.After(lasts)
	tick := time.NewTicker(time.Second / time.Duration(rate))
	lines := json.NewEncoder(os.Stdout)
	var writing sync.Mutex
	var open sync.WaitGroup
	for {
		select {
		case <-stop:
			open.Wait()
			return
		case <-end:
			open.Wait()
			return
		case <-tick.C:
			for name, client := range clients {
				open.Go(func() {
					seen := ask(name, client)
					writing.Lock()
					defer writing.Unlock()
					lines.Encode(seen)
				})
			}
		}
	}
}

func ask(name string, client *http.Client) answer {
	seen := answer{Client: name, Sent: time.Now().UnixMilli()}
	// The client's own error does not say what it was waiting for.
	var waiting atomic.Value
	waiting.Store("a free connection")
	trace := httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{
		DNSStart:     func(httptrace.DNSStartInfo) { waiting.Store("the look-up of the name") },
		ConnectStart: func(_, address string) { waiting.Store("a connection to " + address) },
		GotConn:      func(got httptrace.GotConnInfo) { waiting.Store("the answer of " + got.Conn.RemoteAddr().String()) },
	})
	request, err := http.NewRequestWithContext(trace, http.MethodGet, os.Getenv("CALL"), nil)
	if err != nil {
		log.Fatalf("CALL is %q; a URL", os.Getenv("CALL"))
	}
	reply, err := client.Do(request)
	if err == nil {
		defer reply.Body.Close()
		seen.Status = reply.StatusCode
		seen.Revision, seen.Part = reply.Header.Get("X-Revision"), reply.Header.Get("X-Part")
		_, err = io.Copy(io.Discard, reply.Body)
	}
	if err != nil {
		seen.Error = fmt.Sprintf("waiting for %s: %v", waiting.Load(), err)
	}
	return seen
}
